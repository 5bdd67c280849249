#include "vrni/platform_flows.h"

#include "vrni/fetch/flow_fetcher.h"
#include "vrni/search/flow_search.h"
#include "vrni/search/reading_plan.h"
#include "vrni/search/unit_reader.h"
#include "vrni/search/window_counts.h"

#include <memory>
#include <span>
#include <utility>

namespace vrni2syslog {
namespace {

/// A reading that keeps its UnitReader, and so the ids of all flows of the unit, no longer than it
/// reads.
class PlatformEpoch final : public FlowEpoch {
 public:
  PlatformEpoch(const TimeWindow& unit, std::shared_ptr<UnitReader> reader)
      : FlowEpoch(unit), reader_(std::move(reader)) {}

  [[nodiscard]] std::unique_ptr<FlowBatch> next() override {
    if (!reader_) return nullptr;
    std::unique_ptr<FlowBatch> batch = reader_->next();
    statistics_ = reader_->statistics();
    shortfall_ = reader_->shortfall();
    if (!batch) reader_.reset();
    return batch;
  }

  [[nodiscard]] ReadingStatistics statistics() const override {
    return reader_ ? reader_->statistics() : statistics_;
  }

  [[nodiscard]] std::optional<Error> shortfall() const override { return shortfall_; }

 private:
  std::shared_ptr<UnitReader> reader_;
  ReadingStatistics statistics_;
  std::optional<Error> shortfall_;
};

class PlatformFlows final : public FlowSource {
 public:
  PlatformFlows(ApiClient& api, Log& log, std::string filter,
                const std::vector<FlowField>& extra_fields, std::chrono::seconds least_age,
                FlowVersions* versions);

  [[nodiscard]] std::unique_ptr<FlowEpoch> read(const TimeWindow& unit) override;
  void prepare(std::span<const TimeWindow> units) override;
  [[nodiscard]] std::uint64_t count(const TimeWindow& unit) override {
    api_.begin_matter();
    return counts_.count(unit, experience_.filter_trial);
  }
  void prepare_counts(std::span<const TimeWindow> units) override { counts_.prepare(units); }
  [[nodiscard]] bool may_be_counting_limit(std::uint64_t count) const override {
    return vrni2syslog::may_be_counting_limit(count);
  }
  [[nodiscard]] SourceStatistics statistics() const override;

 private:
  [[nodiscard]] std::shared_ptr<UnitReader> make_reader(const TimeWindow& unit) {
    return std::make_shared<UnitReader>(api_, fetcher_, experience_, log_, filter_, unit,
                                        least_age_);
  }

  ApiClient& api_;
  Log& log_;
  std::string filter_;
  std::chrono::seconds least_age_;
  FlowVersions* versions_;
  FlowFetcher fetcher_;
  WindowCounts counts_;
  SearchExperience experience_;
  std::weak_ptr<UnitReader> reader_;  ///< of the reading that is in progress
};

PlatformFlows::PlatformFlows(ApiClient& api, Log& log, std::string filter,
                             const std::vector<FlowField>& extra_fields,
                             std::chrono::seconds least_age, FlowVersions* versions)
    : api_(api),
      log_(log),
      filter_(std::move(filter)),
      least_age_(least_age),
      versions_(versions),
      fetcher_(api, log, extra_fields, versions),
      counts_(api, filter_) {}

std::unique_ptr<FlowEpoch> PlatformFlows::read(const TimeWindow& unit) {
  if (versions_ != nullptr) versions_->begin_unit();
  std::shared_ptr<UnitReader> reader = experience_.ahead.take(unit);
  if (!reader) reader = make_reader(unit);
  reader_ = reader;
  return std::make_unique<PlatformEpoch>(unit, std::move(reader));
}

/// A reading in progress begins those ahead itself, when it is nearly through. Otherwise as many
/// fetches as can be in flight, and one more, are enough until the first unit is read.
void PlatformFlows::prepare(std::span<const TimeWindow> units) {
  experience_.ahead.prepare(units, [this](const TimeWindow& unit) { return make_reader(unit); });
  if (reader_.expired()) experience_.ahead.begin(api_.concurrency() + 1, nullptr);
}

SourceStatistics PlatformFlows::statistics() const {
  return {.without_metrics = fetcher_.without_metrics(),
          .versions_reused = versions_ == nullptr ? 0 : versions_->reused(),
          .calls = api_.statistics().calls,
          .retries = api_.statistics().retries,
          .throttled = api_.statistics().throttled};
}

}  // namespace

std::unique_ptr<FlowSource> make_platform_flows(ApiClient& api, Log& log, std::string filter,
                                                const std::vector<FlowField>& extra_fields,
                                                std::chrono::seconds least_age,
                                                FlowVersions* versions) {
  return std::make_unique<PlatformFlows>(api, log, std::move(filter), extra_fields, least_age,
                                         versions);
}

}  // namespace vrni2syslog
