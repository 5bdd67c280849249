#pragma once

#include "base/verdict.h"
#include "delivery/checkpoint/chain_end.h"
#include "delivery/checkpoint/job_identity.h"
#include "flow/time_window.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The most windows that a collector may be owed: more than the hours of a month, in which the
/// platform forgets them.
inline constexpr std::size_t kMaxOwedWindows = 1000;

/// The progress of one collector of a job.
struct CollectorCheckpoint {
  std::string name;
  /// It has all of the job's flows up to here, except for those of the windows that it is owed.
  UnixSeconds watermark{};
  std::optional<Verdict> verdict;           ///< of that unit; nullopt before the first one
  std::optional<UnixSeconds> confirmed_at;  ///< when that was
  /// Windows before the watermark that it lacks, because they could not be read: in order, without
  /// overlaps, kMaxOwedWindows at most.
  std::vector<TimeWindow> owed;
  ChainEnd chain{};  ///< of its manifests

  bool operator==(const CollectorCheckpoint&) const = default;
};

/// The stored state of a job.
struct Checkpoint {
  std::string job;
  std::string platform;
  std::string filter;
  std::vector<CollectorCheckpoint> collectors;  ///< at least one
  std::string run_id;                           ///< of the run that wrote it
  UnixSeconds saved_at{};

  bool operator==(const Checkpoint&) const = default;
};

/// The job's watermark, where the next run starts: every collector has confirmed everything up to
/// here.
[[nodiscard]] UnixSeconds watermark_of(const Checkpoint& checkpoint);
/// The latest watermark of any collector.
[[nodiscard]] UnixSeconds newest_watermark_of(const Checkpoint& checkpoint);

/// The identity of the job whose checkpoint this is. Its collectors are in the checkpoint's order,
/// and may have been stored in other spellings.
[[nodiscard]] JobIdentity identity_of(const Checkpoint& checkpoint);

/// The checkpoint of a job that has delivered nothing yet, and whose flows count from `start` on.
[[nodiscard]] Checkpoint first_checkpoint(const std::string& job, const JobIdentity& identity,
                                          UnixSeconds start);

/// The checkpoint with which a run of `identity` goes on: its collectors are those of `identity`,
/// in that order. A new one starts at the job's watermark, and is owed the windows before that
/// which collectors were owed that are no longer there: so one that replaces another goes on where
/// that stopped. Throws Error(Configuration) for a checkpoint of another platform or filter.
[[nodiscard]] Checkpoint resume_checkpoint(const Checkpoint& checkpoint,
                                           const JobIdentity& identity);
/// For the user: which collectors of the checkpoint `identity` no longer has, and what they have
/// confirmed.
[[nodiscard]] std::vector<std::string> notices_of_dropped(const Checkpoint& checkpoint,
                                                          const JobIdentity& identity);

/// Records that collector number `collector` has confirmed a unit: one that it was owed, or the
/// next one. If the unit starts after its watermark, the collector lacks what is in between, and
/// nothing changes.
void confirm(Checkpoint& checkpoint, std::size_t collector, const TimeWindow& unit, Verdict verdict,
             UnixSeconds now);

/// Records that a unit could not be read for collector number `collector`, which goes on behind it
/// and is owed the unit. Returns false, and changes nothing, if it is owed kMaxOwedWindows already,
/// or lacks what is before the unit.
[[nodiscard]] bool owe(Checkpoint& checkpoint, std::size_t collector, const TimeWindow& unit);

/// The next manifest of every collector begins a chain, and says that `genesis` is the reason.
void begin_chains(Checkpoint& checkpoint, std::string_view genesis);

/// All windows that any collector is owed, in order.
[[nodiscard]] std::vector<TimeWindow> owed_windows(const Checkpoint& checkpoint);

/// No collector is owed the windows within `period` any longer. Returns these windows, in order.
std::vector<TimeWindow> give_up_owed(Checkpoint& checkpoint, const TimeWindow& period);

}  // namespace vrni2syslog
