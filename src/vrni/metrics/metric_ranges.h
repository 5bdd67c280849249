#pragma once

#include "flow/time_window.h"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// How many points of an entity one call brings, unless the platform is configured otherwise.
inline constexpr std::size_t kMaxPointsPerCall = 300;

/// A stretch of a unit in which a metric has so many points. The points of a metric are stamped
/// with multiples of its interval.
struct MetricRange {
  UnixSeconds first;  ///< stamp of the first point
  std::chrono::seconds interval;
  std::size_t points;

  [[nodiscard]] UnixSeconds last() const noexcept {
    return first + interval * (static_cast<std::int64_t>(points) - 1);
  }
  bool operator==(const MetricRange&) const = default;
};

/// The stretches whose points add up to a unit: those with a stamp in it, start <= t < end, so that
/// every point belongs to one unit of those that follow one another. None where no stamp lies in
/// the unit.
[[nodiscard]] std::vector<MetricRange> metric_ranges(const TimeWindow& unit,
                                                     std::chrono::seconds interval,
                                                     std::size_t max_points = kMaxPointsPerCall);

/// Two ranges that are this one; it has at least two points.
[[nodiscard]] std::pair<MetricRange, MetricRange> halves_of(const MetricRange& range);

}  // namespace vrni2syslog
