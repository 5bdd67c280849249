#include "vrni/api/platform_time.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text/number.h"

#include <fmt/format.h>

#include <chrono>

namespace vrni2syslog {
namespace {

/// The header is as old as the answer, and two machines' clocks are seldom exactly the same.
constexpr std::chrono::minutes kTolerance{1};

/// No time is later: as seconds this is in the year 5138. A larger number is in milliseconds, since
/// the documentation of the API confuses the units.
constexpr std::int64_t kLargestSeconds = 100'000'000'000;

/// A time of RFC 3339.
[[nodiscard]] std::optional<UnixSeconds> parse_written_time(std::string_view text) {
  const bool has_time = text.find('T') != std::string_view::npos;
  if (!has_time) return std::nullopt;
  try {
    static const TimeZone utc = TimeZone::utc();
    const UnixSeconds time = parse_time(text, utc);
    const std::int64_t number = time.time_since_epoch().count();
    return number > 0 && number <= kLargestSeconds ? std::optional(time) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

void require_past(const TimeWindow& unit, std::chrono::seconds least_age,
                  std::optional<UnixSeconds> platform_now) {
  if (!platform_now || unit.end + least_age <= *platform_now + kTolerance) return;
  throw Error(
      Fault::Configuration,
      fmt::format("it is {} at the platform, so that what it records until {}, or gets late, "
                  "would be missed: the clock of this computer is ahead, or that of the platform "
                  "behind; set it right, and run again",
                  to_rfc3339(*platform_now), to_rfc3339(unit.end)));
}

std::string describe_clock(UnixSeconds here, UnixSeconds platform_now) {
  const std::chrono::seconds ahead = here - platform_now;
  if (std::chrono::abs(ahead) < kTolerance) return "the same as the platform's";
  const auto length = std::chrono::floor<std::chrono::minutes>(std::chrono::abs(ahead));
  return fmt::format("{} {} the platform's", format_duration(length),
                     ahead.count() > 0 ? "ahead of" : "behind");
}

std::optional<UnixSeconds> parse_api_time(std::string_view text) {
  std::optional<std::int64_t> number = parse_integral(text);
  if (!number) return parse_written_time(text);
  if (*number <= 0) return std::nullopt;
  if (*number > kLargestSeconds) *number /= 1000;
  if (*number > kLargestSeconds) return std::nullopt;
  return UnixSeconds(std::chrono::seconds(*number));
}

}  // namespace vrni2syslog
