#pragma once

#include "flow/time_window.h"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// How many points of an entity one call brings, unless the platform is configured otherwise.
inline constexpr std::size_t kMaxPointsPerCall = 300;

/// A part of a unit by the points that a metric has in it. The points of a metric are stamped with
/// multiples of its interval.
struct MetricRange {
  UnixSeconds first;  ///< stamp of the first point
  std::chrono::seconds interval;
  std::size_t points;  ///< at least 1

  /// The stamp of the last point.
  [[nodiscard]] UnixSeconds last() const noexcept {
    return first + interval * (static_cast<std::int64_t>(points) - 1);
  }
  bool operator==(const MetricRange&) const = default;
};

/// The ranges whose points add up to a unit: those with start <= stamp < end, so that every point
/// belongs to exactly one of the units that follow one another. Each range has at most `max_points`
/// points. Empty if no stamp lies in the unit.
[[nodiscard]] std::vector<MetricRange> metric_ranges(const TimeWindow& unit,
                                                     std::chrono::seconds interval,
                                                     std::size_t max_points = kMaxPointsPerCall);

/// Two ranges that together are this one, which must have at least two points.
[[nodiscard]] std::pair<MetricRange, MetricRange> halves_of(const MetricRange& range);

}  // namespace vrni2syslog
