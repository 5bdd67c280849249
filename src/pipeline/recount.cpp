#include "pipeline/recount.h"

#include "base/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace vrni2syslog {
namespace {

/// The flows of a window that were not sent for it before. It is counted by them: that it lists the
/// others, too, is of no interest to anybody.
class LateFlows final : public FlowEpoch {
 public:
  LateFlows(std::unique_ptr<FlowEpoch> flows, const RecentWindows& recent)
      : FlowEpoch(flows->window()), flows_(std::move(flows)), recent_(recent) {}

  /// Reads on until there is a late flow; false if there is none.
  [[nodiscard]] bool has_any() {
    if (!first_) first_ = read();
    return first_ != nullptr;
  }

  [[nodiscard]] std::unique_ptr<FlowBatch> next() override {
    return first_ ? std::move(first_) : read();
  }
  [[nodiscard]] ReadingStatistics statistics() const override {
    ReadingStatistics statistics = flows_->statistics();
    statistics.announced = late_;
    return statistics;
  }
  [[nodiscard]] std::optional<Error> shortfall() const override { return flows_->shortfall(); }
  [[nodiscard]] bool is_late() const override { return true; }

 private:
  [[nodiscard]] std::unique_ptr<FlowBatch> read() {
    while (std::unique_ptr<FlowBatch> batch = flows_->next()) {
      recent_.leave_out_known(*batch);
      late_ += batch->flows.size();
      if (!batch->flows.empty()) return batch;
    }
    return nullptr;
  }

  std::unique_ptr<FlowEpoch> flows_;
  const RecentWindows& recent_;
  std::unique_ptr<FlowBatch> first_;
  std::uint64_t late_ = 0;
};

[[nodiscard]] std::string in_minutes(std::chrono::seconds length) {
  return format_duration(std::chrono::ceil<std::chrono::minutes>(length));
}

}  // namespace

Recount::Recount(FlowSource& source, std::vector<Lane>& lanes, const EpochOptions& options,
                 const Ledger& ledger, const RunContext& context)
    : source_(source),
      lanes_(lanes),
      options_(options),
      recent_(*options.recent),
      ledger_(ledger),
      context_(context) {}

std::optional<Error> Recount::run(std::set<std::size_t> unreachable, const Observer& observer) {
  unreachable_ = std::move(unreachable);
  const auto is_wanted = [this](const RecentReading& reading) {
    return !collectors_of(reading).empty();
  };
  for (const RecentReading& reading : recent_.due(kMostWindows, is_wanted)) {
    try {
      recount(reading, observer);
    } catch (const Error& error) {
      fail(error.within(fmt::format("window {}: late flows", to_text(reading.window))));
      if (error.fault() != Fault::Data) break;
    }
  }
  if (!totals_.empty()) recent_.save();
  tell_lateness();
  return failure_;
}

void Recount::recount(const RecentReading& reading, const Observer& observer) {
  if (collectors_of(reading).empty()) return;
  const std::optional<std::uint64_t> total = total_of(reading.window);
  if (!total) return;
  if (*total <= reading.count) return recent_.note_unchanged(reading);
  context_.log.warning(
      fmt::format("window {} has {} flows now, and had {} when it was read: it is read again",
                  to_text(reading.window), *total, reading.count));
  if (recent_.begin_late(reading)) read_again(reading, *total, observer);
}

std::vector<std::size_t> Recount::collectors_of(const RecentReading& reading) const {
  const std::vector<UnixSeconds> watermarks = ledger_.watermarks();
  const std::vector<std::vector<TimeWindow>> owed = ledger_.owed();
  std::vector<std::size_t> collectors = recent_.collectors_of(reading);
  std::erase_if(collectors, [&](std::size_t number) {
    const std::vector<TimeWindow>& its_owed = owed[number];
    return unreachable_.contains(number) || reading.window.end > watermarks[number] ||
           std::ranges::find(its_owed, reading.window) != its_owed.end();
  });
  return collectors;
}

/// Collectors that have got a window in different readings have it recounted once.
std::optional<std::uint64_t> Recount::total_of(const TimeWindow& window) {
  const auto known = totals_.find({window.start, window.end});
  if (known != totals_.end()) return known->second;
  std::optional<std::uint64_t> total;
  try {
    total = source_.count(window);
  } catch (const Error& error) {
    // The platform may not keep flows for so long, or not count them, and may say so as of a filter
    // that is wrong (400), with which this window was read: nothing is known to be late.
    if (error.fault() != Fault::Data && error.fault() != Fault::Usage) throw;
    context_.log.warning(error.within("recounting " + to_text(window)).what());
  }
  totals_.emplace(std::pair(window.start, window.end), total);
  return total;
}

void Recount::read_again(const RecentReading& reading, std::uint64_t total,
                         const Observer& observer) {
  LateFlows flows(source_.read(reading.window), recent_);
  if (flows.has_any()) {
    note_lateness(reading);
    return send(reading, flows, total, observer);
  }
  if (const std::optional<Error> shortfall = flows.shortfall()) throw Error(*shortfall);
  recent_.settle(reading, total);
  context_.log.warning(
      fmt::format("window {}: reading it again has brought no flow that was not sent; what the "
                  "platform counts there means something else, and is not asked for again",
                  to_text(reading.window)));
}

void Recount::send(const RecentReading& reading, FlowEpoch& flows, std::uint64_t total,
                   const Observer& observer) {
  EpochRunner epoch(lanes_, collectors_of(reading), options_, context_);
  const EpochCounts before = counts_;
  const auto observe = [&](const EpochCounts& counts) {
    counts_ = before;
    counts_ += counts;
    observer(counts_);
  };
  epoch.send(flows, 1, observe);
  epoch.wait_for_receipts();
  observe(epoch.counts());
  remember(reading, epoch, total);
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (!outcome.failure) continue;
    unreachable_.insert(outcome.collector);
    fail(Error(may_pass(outcome.failure->fault()) ? Fault::Unconfirmed : outcome.failure->fault(),
               fmt::format("late flows of {}: {}; the next run sends them again",
                           to_text(flows.window()), outcome.failure->what())));
  }
}

void Recount::remember(const RecentReading& reading, EpochRunner& epoch, std::uint64_t total) {
  if (epoch.shortfall()) throw Error(*epoch.shortfall());
  std::vector<std::size_t> confirmed;
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (outcome.is_confirmed()) confirmed.push_back(outcome.collector);
  }
  if (confirmed.size() == count_sinks(lanes_)) epoch.remember_sent_flows();
  // More may have come since the platform was asked.
  recent_.confirm(confirmed, std::max(total, reading.flows + epoch.counts().received));
}

/// A flow that can be found now could have been found by a run that had waited until now. Earlier
/// than that, nobody asked: all that is known is that it was missing when the platform last gave
/// the number that the reading has. Its version time does not tell more, since the platform may
/// record a version long before or after the flow was active.
void Recount::note_lateness(const RecentReading& reading) {
  const std::chrono::seconds found_at = context_.clock.now_seconds() - reading.window.end;
  if (found_at <= found_at_) return;
  found_at_ = found_at;
  missed_at_ = reading.counted_at - reading.window.end;
}

void Recount::tell_lateness() const {
  if (found_at_ == std::chrono::seconds(0)) return;
  context_.log.warning(
      fmt::format("--settle is too short: {} after their window flows were still missing, which "
                  "the platform had {} after it; --settle {} would have been enough",
                  in_minutes(missed_at_), in_minutes(found_at_), in_minutes(found_at_)));
}

void Recount::fail(const Error& error) {
  if (failure_) context_.log.error(failure_->what());
  failure_ = error;
}

}  // namespace vrni2syslog
