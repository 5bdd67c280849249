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

/// The collectors of the checkpoint that the identity no longer has.
[[nodiscard]] std::vector<CollectorCheckpoint> dropped_collectors(const Checkpoint& checkpoint,
                                                                  const JobIdentity& identity) {
  std::vector<CollectorCheckpoint> dropped;
  const JobIdentity stored = identity_of(checkpoint);
  for (std::size_t i = 0; i < stored.collectors.size(); ++i) {
    if (std::ranges::find(identity.collectors, stored.collectors[i]) == identity.collectors.end()) {
      dropped.push_back(checkpoint.collectors[i]);
      dropped.back().name = stored.collectors[i];
    }
  }
  return dropped;
}

/// What these collectors are owed of the time before the watermark, as CollectorCheckpoint keeps
/// it. If these are too many windows, the newest, which the platform keeps longest.
[[nodiscard]] std::vector<TimeWindow> owed_before(
    UnixSeconds watermark, const std::vector<CollectorCheckpoint>& collectors) {
  std::vector<TimeWindow> all;
  for (const CollectorCheckpoint& collector : collectors)
    all.insert(all.end(), collector.owed.begin(), collector.owed.end());
  std::vector<TimeWindow> owed;
  for (const TimeWindow& window : sorted_distinct(std::move(all))) {
    if (window.start >= watermark) break;
    const UnixSeconds end = std::min(window.end, watermark);
    if (!owed.empty() && window.start < owed.back().end) {
      owed.back().end = std::max(owed.back().end, end);
    } else {
      owed.push_back({window.start, end});
    }
  }
  if (owed.size() > kMaxOwedWindows) owed.erase(owed.begin(), owed.end() - kMaxOwedWindows);
  return owed;
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

JobIdentity identity_of(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    names.push_back(collector.name);
  return make_job_identity(checkpoint.platform, checkpoint.filter, names);
}

Checkpoint first_checkpoint(const std::string& job, const JobIdentity& identity,
                            UnixSeconds start) {
  Checkpoint checkpoint;
  checkpoint.job = job;
  checkpoint.platform = identity.platform;
  checkpoint.filter = identity.filter;
  for (const std::string& name : identity.collectors)
    checkpoint.collectors.push_back({name, start, std::nullopt, std::nullopt, {}, {}});
  return checkpoint;
}

Checkpoint resume_checkpoint(const Checkpoint& checkpoint, const JobIdentity& identity) {
  const JobIdentity stored = identity_of(checkpoint);
  require_same(checkpoint, "platform", stored.platform, identity.platform);
  require_same(checkpoint, "filter", stored.filter, identity.filter);
  const UnixSeconds watermark = watermark_of(checkpoint);
  const std::vector<TimeWindow> owed =
      owed_before(watermark, dropped_collectors(checkpoint, identity));
  Checkpoint result = checkpoint;
  result.collectors.clear();
  for (const std::string& name : identity.collectors) {
    const auto known = std::ranges::find(stored.collectors, name);
    CollectorCheckpoint collector{name, watermark, std::nullopt, std::nullopt, owed, {}};
    if (known != stored.collectors.end())
      collector =
          checkpoint.collectors[static_cast<std::size_t>(known - stored.collectors.begin())];
    collector.name = name;
    result.collectors.push_back(std::move(collector));
  }
  return result;
}

std::vector<std::string> notices_of_dropped(const Checkpoint& checkpoint,
                                            const JobIdentity& identity) {
  std::vector<std::string> notices;
  const std::vector<std::string> stored = identity_of(checkpoint).collectors;
  const bool has_new = std::ranges::any_of(identity.collectors, [&](const std::string& name) {
    return std::ranges::find(stored, name) == stored.end();
  });
  for (const CollectorCheckpoint& collector : dropped_collectors(checkpoint, identity)) {
    std::string notice =
        fmt::format("job {} no longer sends to {}, which has confirmed the flows up to {}",
                    checkpoint.job, collector.name, to_rfc3339(collector.watermark));
    if (!collector.owed.empty()) {
      notice +=
          fmt::format(", but is owed windows that could not be read, from {} on, which {}",
                      to_rfc3339(collector.owed.front().start),
                      has_new ? "collectors that are new in this run get" : "nobody gets any more");
    }
    notices.push_back(std::move(notice));
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
  std::ranges::sort(its.owed);
  its.watermark = std::max(its.watermark, unit.end);
  return true;
}

void begin_chains(Checkpoint& checkpoint, std::string_view genesis) {
  for (CollectorCheckpoint& collector : checkpoint.collectors)
    collector.chain = {.last = {}, .key = {}, .genesis = std::string(genesis)};
}

std::vector<TimeWindow> owed_windows(const Checkpoint& checkpoint) {
  std::vector<TimeWindow> windows;
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    windows.insert(windows.end(), collector.owed.begin(), collector.owed.end());
  return sorted_distinct(std::move(windows));
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
