#include "pipeline/recount.h"

#include "base/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string in_minutes(std::chrono::seconds length) {
  return format_duration(std::chrono::ceil<std::chrono::minutes>(length));
}

/// `windows` are in order, and not none.
[[nodiscard]] std::string count_and_span_of(const std::vector<TimeWindow>& windows) {
  if (windows.size() == 1) return "window " + to_text(windows.front());
  return fmt::format("{} windows between {} and {}", windows.size(),
                     to_rfc3339(windows.front().start), to_rfc3339(windows.back().end));
}

}  // namespace

/// The flows of a window that were not sent for it before. It is counted by them: that it lists the
/// others, too, is of no interest to anybody.
class Recount::LateFlows final : public FlowEpoch {
 public:
  /// `total` is what the source says the window has.
  LateFlows(std::unique_ptr<FlowEpoch> flows, RecentWindows& recent, std::uint64_t total)
      : FlowEpoch(flows->window()), flows_(std::move(flows)), recent_(recent), total_(total) {}

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

  /// How many flows the window has, those sent before included: what the source said while it
  /// listed them, since what it counted and did not list may come later.
  [[nodiscard]] std::uint64_t window_count() const {
    return flows_->statistics().announced.value_or(total_);
  }

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
  RecentWindows& recent_;
  std::uint64_t total_;
  std::unique_ptr<FlowBatch> first_;
  std::uint64_t late_ = 0;
};

Recount::Recount(FlowSource& source, std::vector<Lane>& lanes, const EpochOptions& options,
                 Ledger& ledger, const RunContext& context)
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
  const std::vector<RecentReading> due = recent_.due(kMostWindows, is_wanted);
  for (std::size_t i = 0; i < due.size(); ++i) {
    const RecentReading& reading = due[i];
    try {
      source_.prepare_counts(windows_to_ask_of(std::span(due).subspan(i)));
      recount(reading, observer);
    } catch (const Error& error) {
      fail(error.within(fmt::format("window {}: late flows", to_text(reading.window))));
      if (error.fault() != Fault::Data) break;
    }
  }
  const std::vector<TimeWindow> never_recounted = recent_.take_never_recounted();
  if (!due.empty() || !never_recounted.empty()) recent_.save();
  tell_lateness();
  tell_uncounted();
  tell_uncountable();
  tell_never_recounted(never_recounted);
  return failure_;
}

void Recount::recount(const RecentReading& reading, const Observer& observer) {
  if (collectors_of(reading).empty()) return;
  recent_.note_asked(reading);
  const std::optional<std::uint64_t> total = total_of(reading.window);
  if (!total) return;
  const std::uint64_t before = reading.count.value_or(0);
  if (*total <= before) return note_no_growth(reading, *total);
  context_.log.warning(
      LogEvent::WindowGrew,
      fmt::format("window {} has {} flows now, and had {} before: it is read again",
                  to_text(reading.window), *total, before),
      {log_field_of(reading.window), {"flows", *total}, {"flows_before", before}});
  if (recent_.begin_late(reading, *total)) read_again(reading, *total, observer);
}

void Recount::note_no_growth(const RecentReading& reading, std::uint64_t total) {
  if (!source_.may_be_counting_limit(total)) return recent_.note_count(reading, total);
  recent_.note_uncountable(reading);
  uncountable_.push_back(reading.window);
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

/// Those that some collector still wants, and that the source was not asked of yet, each once.
std::vector<TimeWindow> Recount::windows_to_ask_of(std::span<const RecentReading> readings) const {
  std::vector<TimeWindow> windows;
  for (const RecentReading& reading : readings) {
    const TimeWindow& window = reading.window;
    const bool is_counted = totals_.contains({window.start, window.end});
    if (is_counted || std::ranges::find(windows, window) != windows.end()) continue;
    if (!collectors_of(reading).empty()) windows.push_back(window);
  }
  return windows;
}

/// Collectors that have got a window in different readings have it recounted once.
std::optional<std::uint64_t> Recount::total_of(const TimeWindow& window) {
  const auto known = totals_.find({window.start, window.end});
  if (known != totals_.end()) return known->second;
  std::optional<std::uint64_t> total;
  try {
    total = source_.count(window);
  } catch (const Error& error) {
    // The platform may no longer keep these flows, or not count them. It may report that as a wrong
    // filter (400), although the window was read with the same filter. So nothing is known to be
    // late.
    if (error.fault() != Fault::Data && error.fault() != Fault::Usage) throw;
    if (uncounted_.empty()) count_failure_ = error;
    uncounted_.push_back(window);
  }
  totals_.emplace(std::pair(window.start, window.end), total);
  return total;
}

void Recount::read_again(const RecentReading& reading, std::uint64_t total,
                         const Observer& observer) {
  LateFlows flows(source_.read(reading.window), recent_, total);
  if (flows.has_any()) {
    note_lateness(reading);
    return send(reading, flows, observer);
  }
  if (const std::optional<Error> shortfall = flows.shortfall()) throw Error(*shortfall);
  recent_.note_count(reading, total);
  context_.log.warning(
      LogEvent::WindowCountAccepted,
      fmt::format("window {}: reading it again has brought no flow that was not sent; what the "
                  "platform counts there means something else, and {} is accepted: the window is "
                  "read again only if there are more",
                  to_text(reading.window), total),
      {log_field_of(reading.window), {"flows", total}});
}

void Recount::send(const RecentReading& reading, LateFlows& flows, const Observer& observer) {
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
  remember(flows, epoch);
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (!outcome.failure) continue;
    unreachable_.insert(outcome.collector);
    fail(Error(may_pass(outcome.failure->fault()) ? Fault::Unconfirmed : outcome.failure->fault(),
               fmt::format("late flows of {}: {}; the next run sends those that it lacks",
                           to_text(flows.window()), outcome.failure->what())));
  }
}

void Recount::remember(const LateFlows& flows, EpochRunner& epoch) {
  if (epoch.shortfall()) throw Error(*epoch.shortfall());
  std::vector<std::size_t> confirmed;
  std::map<std::size_t, ChainEnd> chains;
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (!outcome.is_confirmed()) continue;
    confirmed.push_back(outcome.collector);
    if (!outcome.chain) continue;
    chains.emplace(outcome.collector, *outcome.chain);
    options_.chains->extend(outcome.collector, *outcome.chain);
  }
  if (confirmed.size() == count_sinks(lanes_)) epoch.remember_sent_flows();
  recent_.confirm(confirmed, flows.window_count());
  if (!chains.empty()) ledger_.extend_chains(chains);
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
      LogEvent::SettleTooShort,
      fmt::format("--settle is too short: flows were still missing {} after the end of their "
                  "window, and were there {} after it; --settle {} would have been enough",
                  in_minutes(missed_at_), in_minutes(found_at_), in_minutes(found_at_)),
      {{"settle_seconds", found_at_}});
}

/// One text is enough: what the platform says of one window it says of all, in every run.
void Recount::tell_uncounted() const {
  if (uncounted_.empty()) return;
  const std::string where = "recounting " + count_and_span_of(sorted_distinct(uncounted_));
  context_.log.warning(LogEvent::RecountFailed, count_failure_->within(where).what());
}

void Recount::tell_uncountable() const {
  if (uncountable_.empty()) return;
  context_.log.warning(
      LogEvent::RecountImpossible,
      fmt::format(
          "{} cannot be recounted: the number of flows that the platform gives may be where "
          "it stops counting, so flows that come late there are not found; with a shorter "
          "--resolution a window has fewer flows",
          count_and_span_of(sorted_distinct(uncountable_))));
}

void Recount::tell_never_recounted(const std::vector<TimeWindow>& windows) const {
  if (windows.empty()) return;
  context_.log.warning(LogEvent::RecountMissed,
                       fmt::format("{} left the time of --recount before the platform was asked "
                                   "how many flows there are now, "
                                   "so flows that came late there were not found; a run asks at "
                                   "its end, of {} windows at most: "
                                   "run the job more often, or give it longer units (--resolution)",
                                   count_and_span_of(windows), kMostWindows));
}

void Recount::fail(const Error& error) {
  if (failure_) context_.log.error(LogEvent::RecountFailed, failure_->what());
  failure_ = error;
}

}  // namespace vrni2syslog
