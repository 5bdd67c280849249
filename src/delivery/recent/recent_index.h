#pragma once

#include "flow/time_window.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// One reading of a window whose flows collectors have confirmed, late ones included.
struct RecentReading {
  TimeWindow window{};
  std::vector<std::string> collectors;  ///< by name; at least one
  UnixSeconds read_at{};                ///< when the collectors confirmed it
  /// How many flows the window is known to have: what the platform said when it was read, or what
  /// was read if that is more, or what it said since and reading again explained.
  std::uint64_t count = 0;
  UnixSeconds counted_at{};  ///< when the platform gave that number last
  /// What the platform counts in this window cannot be explained by its flows, so that it is asked
  /// no more.
  bool is_settled = false;

  // The file with the hashes of its flows:
  std::uint64_t number = 0;   ///< of the file
  std::uint64_t flows = 0;    ///< that have hashes in it
  std::string hashes_digest;  ///< SHA-256 over it, in hexadecimal digits

  bool operator==(const RecentReading&) const = default;
};

/// What is remembered of a job's recent readings.
struct RecentIndex {
  /// The key of the hashes: whoever does not know it cannot make two flows that have the same.
  std::uint64_t key = 0;
  std::vector<RecentReading> readings;  ///< in the order in which they were confirmed

  bool operator==(const RecentIndex&) const = default;
};

/// More than the windows that a job has in a day if it runs every two minutes.
inline constexpr std::size_t kMaxRecentReadings = 1000;
/// 256 MiB of hashes.
inline constexpr std::uint64_t kMaxRecentFlows = 32U * 1024 * 1024;

/// The text of the index: lines that people can read, and the SHA-256 over them.
[[nodiscard]] std::string format_recent_index(const RecentIndex& index);
/// Reads it back. Throws Error(CannotWrite) if it is damaged, and Error(Configuration) if it is of
/// a later version; the message continues a sentence that begins with the file's name.
[[nodiscard]] RecentIndex parse_recent_index(std::string_view text);

/// The readings that are worth a question, since other flows may have come: those whose windows
/// ended after `forgotten` and that are not settled. Those that were not asked for the longest time
/// come first, and `most` at most.
[[nodiscard]] std::vector<RecentReading> readings_to_recount(const RecentIndex& index,
                                                             UnixSeconds forgotten,
                                                             std::size_t most);

/// Adds a reading. Its collectors no longer need earlier readings of any part of that window.
void add_reading(RecentIndex& index, RecentReading reading);

/// Drops readings of windows that ended at `forgotten` or before; then the oldest, until the others
/// are kMaxRecentReadings at most, with kMaxRecentFlows at most.
void drop_old_readings(RecentIndex& index, UnixSeconds forgotten);

}  // namespace vrni2syslog
