#include "vrni/platform_flows.h"

#include <utility>

namespace vrni2syslog {

PlatformFlows::PlatformFlows(ApiClient& api, Log& log, std::string filter,
                             const std::vector<FlowField>& counters, std::chrono::seconds least_age)
    : api_(api),
      log_(log),
      filter_(std::move(filter)),
      least_age_(least_age),
      fetcher_(api, log, counters) {}

void PlatformFlows::open(const TimeWindow& unit) {
  add_unit(finished_);
  api_.forget_begun();  // by a unit that was not read to its end
  unit_ = std::make_unique<UnitReader>(api_, fetcher_, depth_, log_, filter_, unit, least_age_);
}

std::unique_ptr<FlowBatch> PlatformFlows::next() {
  return unit_ ? unit_->next() : nullptr;
}

SourceStatistics PlatformFlows::statistics() const {
  SourceStatistics statistics = finished_;
  add_unit(statistics);
  statistics.partial = fetcher_.partial();
  statistics.without_metrics = fetcher_.without_metrics();
  statistics.calls = api_.statistics().calls;
  statistics.retries = api_.statistics().retries;
  statistics.throttled = api_.statistics().throttled;
  return statistics;
}

void PlatformFlows::add_unit(SourceStatistics& statistics) const {
  if (!unit_) return;
  statistics.announced += unit_->announced().value_or(0);
  if (!unit_->announced()) ++statistics.unannounced_units;
  statistics.received += unit_->received();
  statistics.searches += unit_->counts().searches;
  statistics.rereads += unit_->counts().rereads;
  statistics.halvings += unit_->counts().halvings;
}

}  // namespace vrni2syslog
