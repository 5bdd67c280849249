#pragma once

#include "base/timestamp.h"
#include "flow/time_window.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Throws Error(Configuration) where a unit is not over for `least_age` at `platform_now`, the time
/// that the platform's answers tell (nothing where they tell none): the computer's clock, by which
/// windows are planned, is ahead of the one by which flows are recorded, and what reaches the
/// platform late, or is recorded until the unit's end, would count as delivered without having been
/// there to be read. A difference of less than a minute is none.
void require_past(const TimeWindow& unit, std::chrono::seconds least_age,
                  std::optional<UnixSeconds> platform_now);

/// How this computer's clock is to the platform's: "25m ahead of the platform's", "the same as the
/// platform's" where less than a minute lies between them.
[[nodiscard]] std::string describe_clock(UnixSeconds here, UnixSeconds platform_now);

/// A time of the API: epoch seconds, or milliseconds where it can be nothing else. Nothing where it
/// is no time.
[[nodiscard]] std::optional<UnixSeconds> parse_api_time(std::string_view text);

}  // namespace vrni2syslog
