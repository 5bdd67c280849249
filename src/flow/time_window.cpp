#include "flow/time_window.h"

#include <algorithm>

namespace vrni2syslog {

TimeWindow last_window(EpochSeconds now, std::chrono::seconds length, std::chrono::seconds settle) {
  const EpochSeconds end = now - settle;
  return {end - length, end};
}

TimeWindow yesterday_window(EpochSeconds now, const TimeZone& zone) {
  const std::chrono::local_days today = zone.local_day(now);
  return {zone.start_of(today - std::chrono::days(1)), zone.start_of(today)};
}

std::vector<TimeWindow> units_of(const TimeWindow& window, std::chrono::seconds resolution) {
  if (window.is_empty()) return {};
  if (resolution <= std::chrono::seconds(0)) return {window};
  std::vector<TimeWindow> units;
  for (EpochSeconds start = window.start; start < window.end;) {
    const auto since_epoch = start.time_since_epoch();
    auto into_unit = since_epoch % resolution;
    if (into_unit < std::chrono::seconds(0)) into_unit += resolution;  // before 1970
    const EpochSeconds end = std::min(window.end, start - into_unit + resolution);
    units.push_back({start, end});
    start = end;
  }
  return units;
}

}  // namespace vrni2syslog
