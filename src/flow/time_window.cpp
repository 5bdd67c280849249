#include "flow/time_window.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::days;
using std::chrono::local_days;

/// The first midnight after `time`, on `day` or later: where clocks go back past midnight, the
/// first one may be over already.
[[nodiscard]] UnixSeconds midnight_after(UnixSeconds time, local_days day, const TimeZone& zone) {
  UnixSeconds midnight = zone.start_of(day);
  while (midnight <= time) midnight = zone.start_of(day += days(1));
  return midnight;
}

[[nodiscard]] bool is_whole_days(std::chrono::seconds resolution) {
  return resolution % days(1) == std::chrono::seconds(0);
}

/// The first day of the unit of whole days to which `day` belongs.
[[nodiscard]] local_days first_day_of_unit(local_days day, days count) {
  days into_unit = day.time_since_epoch() % count;
  if (into_unit < days(0)) into_unit += count;  // before 1970
  return day - into_unit;
}

/// The end of the unit in which `start` lies.
[[nodiscard]] UnixSeconds end_of_unit(UnixSeconds start, std::chrono::seconds resolution,
                                      const TimeZone& zone) {
  const local_days day = zone.local_day(start);
  if (is_whole_days(resolution)) {
    const auto count = std::chrono::duration_cast<days>(resolution);
    return midnight_after(start, first_day_of_unit(day, count) + count, zone);
  }
  return std::min(start_of_unit(start, resolution, zone) + resolution,
                  midnight_after(start, day + days(1), zone));
}

}  // namespace

std::string to_text(const TimeWindow& window) {
  return to_rfc3339(window.start) + "/" + to_rfc3339(window.end);
}

LogField log_field_of(const TimeWindow& window) {
  return LogField::window(to_rfc3339(window.start), to_rfc3339(window.end));
}

TimeWindow parse_window(std::string_view text, const TimeZone& zone) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const TimeWindow window{parse_time(text.substr(0, slash), zone),
                            parse_time(text.substr(slash + 1), zone)};
    if (!window.is_empty()) return window;
  }
  throw Error(Fault::Usage,
              fmt::format("'{}' is not a window: give its start and end as --status shows them, "
                          "2026-11-22T12:00:00Z/2026-11-22T13:00:00Z",
                          printable(text)));
}

std::vector<TimeWindow> sorted_distinct(std::vector<TimeWindow> windows) {
  std::ranges::sort(windows);
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

TimeWindow last_window(UnixSeconds now, std::chrono::seconds length, std::chrono::seconds settle) {
  const UnixSeconds end = now - settle;
  return {end - length, end};
}

TimeWindow yesterday_window(UnixSeconds now, const TimeZone& zone) {
  const std::chrono::local_days today = zone.local_day(now);
  return {zone.start_of(today - std::chrono::days(1)), zone.start_of(today)};
}

std::vector<TimeWindow> units_of(const TimeWindow& window, std::chrono::seconds resolution,
                                 const TimeZone& zone) {
  if (window.is_empty()) return {};
  if (resolution <= std::chrono::seconds(0)) return {window};
  std::vector<TimeWindow> units;
  for (UnixSeconds start = window.start; start < window.end;) {
    const UnixSeconds end = std::min(window.end, end_of_unit(start, resolution, zone));
    units.push_back({start, end});
    start = end;
  }
  return units;
}

UnixSeconds start_of_unit(UnixSeconds time, std::chrono::seconds resolution, const TimeZone& zone) {
  const local_days day = zone.local_day(time);
  if (is_whole_days(resolution)) {
    return zone.start_of(first_day_of_unit(day, std::chrono::duration_cast<days>(resolution)));
  }
  const std::chrono::seconds into_day = std::max(time - zone.start_of(day), resolution * 0);
  return time - into_day % resolution;
}

}  // namespace vrni2syslog
