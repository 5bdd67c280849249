#pragma once

#include "base/verdict.h"
#include "delivery/checkpoint/job_identity.h"
#include "flow/time_window.h"

#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// How far one collector of a job is.
struct CollectorCheckpoint {
  std::string name;
  /// The end of the last unit that it has confirmed; it has all of the job's flows up to here.
  UnixSeconds watermark{};
  std::optional<Verdict> verdict;           ///< of that unit; nullopt before the first one
  std::optional<UnixSeconds> confirmed_at;  ///< when that was

  bool operator==(const CollectorCheckpoint&) const = default;
};

/// What is known of a job between its runs.
struct Checkpoint {
  std::string job;
  std::string platform;
  std::string filter;
  std::vector<CollectorCheckpoint> collectors;  ///< at least one
  std::string run_id;                           ///< of the run that wrote it
  UnixSeconds saved_at{};

  bool operator==(const Checkpoint&) const = default;
};

/// Where the next run starts: every collector has confirmed everything up to here.
[[nodiscard]] UnixSeconds watermark_of(const Checkpoint& checkpoint);
/// How far the collector is that is furthest.
[[nodiscard]] UnixSeconds newest_watermark_of(const Checkpoint& checkpoint);

/// Of a job of which nothing has been delivered yet, and whose flows count from `start` on.
[[nodiscard]] Checkpoint first_checkpoint(const std::string& job, const JobIdentity& identity,
                                          UnixSeconds start);

/// A checkpoint as a run with these collectors takes it up: in the order of `identity`, new ones
/// starting at the job's watermark, so that one that replaces another goes on where that stopped.
/// `notices` are for the user: who went, and what he had not confirmed.
struct ResumedCheckpoint {
  Checkpoint checkpoint;
  std::vector<std::string> notices;
};

/// Throws Error(Configuration) for a checkpoint of another platform or another filter.
[[nodiscard]] ResumedCheckpoint resume_checkpoint(const Checkpoint& checkpoint,
                                                  const JobIdentity& identity);

/// Collector number `collector` has confirmed a unit. Where the unit starts after its watermark, it
/// lacks what is in between, and its watermark stays.
void confirm(Checkpoint& checkpoint, std::size_t collector, const TimeWindow& unit, Verdict verdict,
             UnixSeconds now);

}  // namespace vrni2syslog
