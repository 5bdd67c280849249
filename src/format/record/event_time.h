#pragma once

#include "base/clock.h"
#include "flow/time_window.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// When a flow is said to have been active: the time of its version, moved into the unit [start,
/// end) that it is reported for; at or after the end it is the last millisecond before it. An empty
/// unit gives its start.
[[nodiscard]] WallTime event_time(UnixSeconds version_time, const TimeWindow& unit) noexcept;

/// Writes times as text, and remembers the last one: flows that come one after the other often
/// share it.
class TimeText {
 public:
  /// "2026-11-22T13:00:00.000Z". The view is valid until the next call, and so are those of the
  /// others.
  [[nodiscard]] std::string_view rfc3339_millis(WallTime time);
  /// "2026-11-22T13:00:00Z".
  [[nodiscard]] std::string_view rfc3339(UnixSeconds time);

 private:
  WallTime millis_time_ = WallTime::min();
  std::string millis_text_;
  UnixSeconds time_ = UnixSeconds::min();
  std::string text_;
};

}  // namespace vrni2syslog
