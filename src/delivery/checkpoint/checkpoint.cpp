#include "delivery/checkpoint/checkpoint.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

void require_same(const Checkpoint& checkpoint, std::string_view what, const std::string& then,
                  const std::string& now) {
  if (then == now) return;
  throw Error(
      Fault::Configuration,
      fmt::format("job {} was made for another {}: '{}', not '{}'; give this one another name "
                  "with --job, or start the job anew with --forget",
                  checkpoint.job, what, printable(then), printable(now)));
}

}  // namespace

UnixSeconds watermark_of(const Checkpoint& checkpoint) {
  return std::ranges::min_element(checkpoint.collectors, {}, &CollectorCheckpoint::watermark)
      ->watermark;
}

UnixSeconds newest_watermark_of(const Checkpoint& checkpoint) {
  return std::ranges::max_element(checkpoint.collectors, {}, &CollectorCheckpoint::watermark)
      ->watermark;
}

Checkpoint first_checkpoint(const std::string& job, const JobIdentity& identity,
                            UnixSeconds start) {
  Checkpoint checkpoint;
  checkpoint.job = job;
  checkpoint.platform = identity.platform;
  checkpoint.filter = identity.filter;
  for (const std::string& name : identity.collectors)
    checkpoint.collectors.push_back({name, start, std::nullopt, std::nullopt, {}});
  return checkpoint;
}

Checkpoint resume_checkpoint(const Checkpoint& checkpoint, const JobIdentity& identity) {
  require_same(checkpoint, "platform", checkpoint.platform, identity.platform);
  require_same(checkpoint, "filter", checkpoint.filter, identity.filter);
  Checkpoint result = checkpoint;
  result.collectors.clear();
  for (const std::string& name : identity.collectors) {
    const auto known = std::ranges::find(checkpoint.collectors, name, &CollectorCheckpoint::name);
    result.collectors.push_back(
        known != checkpoint.collectors.end()
            ? *known
            : CollectorCheckpoint{name, watermark_of(checkpoint), std::nullopt, std::nullopt, {}});
  }
  return result;
}

std::vector<std::string> notices_of_dropped(const Checkpoint& checkpoint,
                                            const JobIdentity& identity) {
  std::vector<std::string> notices;
  for (const CollectorCheckpoint& collector : checkpoint.collectors) {
    if (std::ranges::find(identity.collectors, collector.name) != identity.collectors.end())
      continue;
    notices.push_back(
        fmt::format("job {} no longer sends to {}, which has confirmed the flows up to {}",
                    checkpoint.job, collector.name, to_rfc3339(collector.watermark)));
  }
  return notices;
}

void confirm(Checkpoint& checkpoint, std::size_t collector, const TimeWindow& unit, Verdict verdict,
             UnixSeconds now) {
  CollectorCheckpoint& its = checkpoint.collectors.at(collector);
  if (std::erase(its.owed, unit) == 0 && unit.start > its.watermark) return;
  its.watermark = std::max(its.watermark, unit.end);
  its.verdict = verdict;
  its.confirmed_at = now;
}

bool owe(Checkpoint& checkpoint, std::size_t collector, const TimeWindow& unit) {
  CollectorCheckpoint& its = checkpoint.collectors.at(collector);
  const bool is_owed_already = std::ranges::find(its.owed, unit) != its.owed.end();
  if (is_owed_already) return true;
  if (its.owed.size() >= kMaxOwedWindows) return false;
  // What lies between the watermark and the unit is not owed, and must not be passed over.
  if (unit.start > its.watermark) return false;
  its.owed.push_back(unit);
  std::ranges::sort(its.owed, {}, &TimeWindow::start);
  its.watermark = std::max(its.watermark, unit.end);
  return true;
}

std::vector<TimeWindow> owed_windows(const Checkpoint& checkpoint) {
  std::vector<TimeWindow> windows;
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    windows.insert(windows.end(), collector.owed.begin(), collector.owed.end());
  std::ranges::sort(windows, {},
                    [](const TimeWindow& one) { return std::pair(one.start, one.end); });
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

std::vector<TimeWindow> give_up_owed(Checkpoint& checkpoint, const TimeWindow& period) {
  const auto is_within = [&](const TimeWindow& window) {
    return period.start <= window.start && window.end <= period.end;
  };
  std::vector<TimeWindow> given_up = owed_windows(checkpoint);
  std::erase_if(given_up, [&](const TimeWindow& window) { return !is_within(window); });
  for (CollectorCheckpoint& collector : checkpoint.collectors)
    std::erase_if(collector.owed, is_within);
  return given_up;
}

}  // namespace vrni2syslog
