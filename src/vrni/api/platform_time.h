#pragma once

#include "base/timestamp.h"
#include "flow/time_window.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Throws Error(Configuration) if a unit is not over for `least_age` at `platform_now`, the time in
/// the platform's answers (nullopt if they do not tell). This computer's clock, by which windows
/// are planned, is then ahead of the one by which flows are recorded: flows that are recorded up to
/// the unit's end, or that reach the platform late, would count as delivered although they could
/// not be read yet. A difference of less than a minute is ignored.
void require_past(const TimeWindow& unit, std::chrono::seconds least_age,
                  std::optional<UnixSeconds> platform_now);

/// How this computer's clock compares with the platform's: "25m ahead of the platform's", or "the
/// same as the platform's" if they differ by less than a minute.
[[nodiscard]] std::string describe_clock(UnixSeconds here, UnixSeconds platform_now);

/// Reads a time of the API: seconds since the epoch, or milliseconds if the number is too large for
/// seconds. The number may be written as a floating-point number, and the time as a text of RFC
/// 3339 with its zone. Returns nullopt if the text is no such time.
[[nodiscard]] std::optional<UnixSeconds> parse_api_time(std::string_view text);

}  // namespace vrni2syslog
