#pragma once

#include "app/options/option_values.h"
#include "app/settings/search_filter.h"
#include "base/timestamp.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The window that the user asked for. If none of the first four is set, the run starts where the
/// job's last run ended.
struct WindowRequest {
  std::optional<std::chrono::seconds> last;
  bool is_yesterday = false;
  std::optional<UnixSeconds> since;
  std::optional<UnixSeconds> until;
  TimeZone zone = TimeZone::utc();     ///< at its midnights units begin
  std::chrono::seconds settle{600};    ///< how late flows may reach the platform
  std::chrono::seconds resolution{0};  ///< length of a unit; zero means one unit, the whole window
};

/// Whether the user named the window: such a run is a backfill, which neither uses nor changes how
/// far the job is.
[[nodiscard]] bool names_window(const WindowRequest& request) noexcept;

/// Reads the options of the window, and the window that the filter itself names. Throws
/// Error(Usage) or Error(Configuration) for a value that cannot be read, for an end after `now`,
/// and for a window that filter and options both name.
[[nodiscard]] WindowRequest make_window_request(const OptionValues& values,
                                                const SearchFilter& filter, UnixSeconds now);

/// The options that name a window and were given.
[[nodiscard]] std::vector<Option> given_window_options(const OptionValues& values);

/// Reads --resolution: a duration of at least a minute. Throws Error(Usage).
[[nodiscard]] std::chrono::seconds parse_resolution(std::string_view text);

/// Reads --until: a time that is not after `now`. Throws Error(Usage).
[[nodiscard]] UnixSeconds parse_end(std::string_view text, const TimeZone& zone, UnixSeconds now);

}  // namespace vrni2syslog
