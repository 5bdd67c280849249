#pragma once

#include "flow/time_window.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// One reading of a window whose flows collectors have confirmed, late ones included.
struct RecentReading {
  TimeWindow window{};
  std::vector<std::string> collectors;  ///< by name; at least one, unless a manifest is awaited
  /// The collectors of whom it is not known yet whether they have confirmed it, by name: they have
  /// if their chain ends with this manifest (ChainEnd::last).
  std::map<std::string, std::string> awaited;
  UnixSeconds read_at{};  ///< when the collectors confirmed it, its late flows not considered
  /// How many flows the platform counts in the window, versions included: what it said when the
  /// window was read, or since if reading again has explained it, or nothing has. nullopt if what
  /// it counts says nothing, so that it is not asked.
  std::optional<std::uint64_t> count;
  /// When the platform gave that number last: at first read_at, and after a recount a later second.
  UnixSeconds counted_at{};
  UnixSeconds asked_at{};  ///< when the platform was asked last, whatever came of it

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
/// Reads it back. Throws Error(CannotWrite) if it is damaged, or of a version before 2, which had
/// another kind of hashes, and Error(Configuration) if it is of a later version; the message
/// continues a sentence that begins with the file's name.
[[nodiscard]] RecentIndex parse_recent_index(std::string_view text);

/// The readings that are worth a question, since other flows may have come: those that collectors
/// have confirmed, whose windows ended after `forgotten` and have a count. At most `most`, chosen
/// as those whose last recount was longest ago, in the order of their windows.
[[nodiscard]] std::vector<RecentReading> readings_to_recount(const RecentIndex& index,
                                                             UnixSeconds forgotten,
                                                             std::size_t most);

/// Adds a reading. Its collectors no longer need earlier readings that overlap its window, and no
/// manifest of those is awaited of them.
void add_reading(RecentIndex& index, RecentReading reading);

/// Removes the readings that no collector has confirmed, or may have.
void drop_readings_of_nobody(RecentIndex& index);

/// Drops readings of windows that ended at `forgotten` or before; then the oldest, until the others
/// are kMaxRecentReadings at most, with kMaxRecentFlows at most. Returns the windows of those that
/// have a count and were never recounted.
std::vector<TimeWindow> drop_old_readings(RecentIndex& index, UnixSeconds forgotten);

}  // namespace vrni2syslog
