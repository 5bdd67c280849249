#pragma once

#include "base/log_event.h"
#include "base/timestamp.h"

#include <chrono>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// A half-open span of time, [start, end): of all flows in a run, or of one unit of it.
struct TimeWindow {
  UnixSeconds start;
  UnixSeconds end;

  [[nodiscard]] bool is_empty() const noexcept { return start >= end; }
  /// By the start, and with the same start by the end.
  auto operator<=>(const TimeWindow&) const = default;
};

/// The window as an interval of ISO 8601 (section 5.5.2):
/// "2026-11-22T12:00:00Z/2026-11-22T13:00:00Z".
[[nodiscard]] std::string to_text(const TimeWindow& window);

/// The fields of a message about the window.
[[nodiscard]] LogField log_field_of(const TimeWindow& window);

/// Reads START/END, two times of which the second is later; those without a zone are in `zone`.
/// Throws Error(Usage).
[[nodiscard]] TimeWindow parse_window(std::string_view text, const TimeZone& zone);

/// The windows in order, each of them once.
[[nodiscard]] std::vector<TimeWindow> sorted_distinct(std::vector<TimeWindow> windows);

/// The `length` before now, ended `settle` in the past, because flows reach the platform late.
/// Shifted, not shortened.
[[nodiscard]] TimeWindow last_window(UnixSeconds now, std::chrono::seconds length,
                                     std::chrono::seconds settle);

/// The calendar day before the one on which `now` falls in `zone`: 23, 24 or 25 hours.
[[nodiscard]] TimeWindow yesterday_window(UnixSeconds now, const TimeZone& zone);

/// Cuts a window into units of `resolution`, so that two runs over the same time have the same
/// units: whole days begin and end at the midnights of `zone`, and shorter ones are counted from
/// its midnight on. Where clocks change, a day has 23 or 25 hours. The first unit and the last of
/// the window, and the last of a day, may be shorter. A resolution of zero means one unit, the
/// whole window.
[[nodiscard]] std::vector<TimeWindow> units_of(const TimeWindow& window,
                                               std::chrono::seconds resolution,
                                               const TimeZone& zone);

/// The start of the unit in which `time` lies, however units_of() would cut it off.
[[nodiscard]] UnixSeconds start_of_unit(UnixSeconds time, std::chrono::seconds resolution,
                                        const TimeZone& zone);

}  // namespace vrni2syslog
