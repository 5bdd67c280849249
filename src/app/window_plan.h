#pragma once

#include "flow/time_window.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Which window the user asked for; none of the first four means the last 24 hours.
struct WindowRequest {
  std::optional<std::chrono::seconds> last;
  bool is_yesterday = false;
  std::optional<EpochSeconds> since;
  std::optional<EpochSeconds> until;
  TimeZone zone = TimeZone::utc();
  std::chrono::seconds settle{600};
  std::chrono::seconds resolution{0};  ///< zero means one unit, the whole window
};

/// Reads --resolution: a duration of at least a minute. Throws Error(Usage).
[[nodiscard]] std::chrono::seconds parse_resolution(std::string_view text);

/// Reads --until: a time that is not after `now`. Throws Error(Usage).
[[nodiscard]] EpochSeconds parse_end(std::string_view text, const TimeZone& zone, EpochSeconds now);

/// The window that was asked for, at `now`, which its end is not after. Throws Error(Usage) where
/// the requests contradict each other, for an empty window and one of too many units.
[[nodiscard]] TimeWindow plan_window(const WindowRequest& request, EpochSeconds now);

/// What the user should know of a window that can be read, but maybe not whole: its end is not
/// `settle` ago yet. Empty where there is nothing to say.
[[nodiscard]] std::string window_warning(const WindowRequest& request, const TimeWindow& window,
                                         EpochSeconds now);

}  // namespace vrni2syslog
