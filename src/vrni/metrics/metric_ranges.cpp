#include "vrni/metrics/metric_ranges.h"

#include <algorithm>

namespace vrni2syslog {

std::vector<MetricRange> metric_ranges(const TimeWindow& unit, std::chrono::seconds interval,
                                       std::size_t max_points) {
  auto past_stamp = unit.start.time_since_epoch() % interval;
  if (past_stamp < std::chrono::seconds(0)) past_stamp += interval;  // before 1970
  UnixSeconds next = unit.start;
  if (past_stamp > std::chrono::seconds(0)) next += interval - past_stamp;
  std::vector<MetricRange> ranges;
  while (next < unit.end) {
    const auto left =
        static_cast<std::size_t>((unit.end - next - std::chrono::seconds(1)) / interval) + 1;
    ranges.push_back({next, interval, std::min(left, max_points)});
    next = ranges.back().last() + interval;
  }
  return ranges;
}

std::pair<MetricRange, MetricRange> halves_of(const MetricRange& range) {
  const MetricRange first{range.first, range.interval, range.points / 2};
  return {first, {first.last() + range.interval, range.interval, range.points - first.points}};
}

}  // namespace vrni2syslog
