#include "vrni/metrics/metric_ranges.h"

#include <gtest/gtest.h>

#include <set>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

[[nodiscard]] UnixSeconds at(std::int64_t second) {
  return UnixSeconds(seconds(second));
}

[[nodiscard]] std::vector<MetricRange> ranges(std::int64_t start, std::int64_t end,
                                              std::int64_t interval,
                                              std::size_t max_points = kMaxPointsPerCall) {
  return metric_ranges({at(start), at(end)}, seconds(interval), max_points);
}

TEST(MetricRanges, HaveThePointsWhoseStampsAreInTheUnit) {
  struct Row {
    std::int64_t start, end, first;
    std::size_t points;  // none: no range
  };
  for (const auto& [start, end, first, points] : {
           Row{0, 3600, 0, 2},
           Row{1800, 3600, 1800, 1},
           Row{1800, 3601, 1800, 2},
           Row{1799, 3600, 1800, 1},
           Row{1801, 3600, 0, 0},
           Row{1801, 3601, 3600, 1},
           Row{600, 1200, 0, 0},
           Row{1200, 2400, 1800, 1},
           Row{86'400, 172'800, 86'400, 48},
           Row{3600, 3600, 0, 0},
           Row{-1801, 1, -1800, 2},
       }) {
    const std::vector<MetricRange> found = ranges(start, end, 1800);
    if (points == 0) {
      EXPECT_TRUE(found.empty()) << start << " " << end;
      continue;
    }
    ASSERT_EQ(found.size(), 1U) << start << " " << end;
    EXPECT_EQ(found[0], (MetricRange{at(first), seconds(1800), points}));
  }
}

TEST(MetricRanges, AreCutAtTheMostPointsOfACall) {
  const std::vector<MetricRange> week = ranges(0, 7 * 86'400, 1800);
  ASSERT_EQ(week.size(), 2U);
  EXPECT_EQ(week[0], (MetricRange{at(0), seconds(1800), 300}));
  EXPECT_EQ(week[1], (MetricRange{at(300 * 1800), seconds(1800), 36}));
  EXPECT_EQ(week[1].last(), at(7 * 86'400 - 1800));
  EXPECT_EQ(ranges(0, 300 * 300, 300).size(), 1U);
  EXPECT_EQ(ranges(0, 300 * 300 + 1, 300).size(), 2U);
  EXPECT_EQ(ranges(0, 86'400, 1800, 7).size(), 7U);
}

TEST(MetricRanges, GiveEachStampToOneOfTheUnitsThatFollowOneAnother) {
  // A day in units of 50 minutes, in which there are one or two stamps.
  const std::vector<TimeWindow> units =
      units_of({at(1000), at(1000) + hours(24)}, std::chrono::minutes(50), TimeZone::utc());
  std::set<UnixSeconds> stamps;
  for (const TimeWindow& unit : units) {
    for (const MetricRange& range : metric_ranges(unit, seconds(1800))) {
      for (UnixSeconds stamp = range.first; stamp <= range.last(); stamp += range.interval) {
        EXPECT_TRUE(stamps.insert(stamp).second);
        EXPECT_TRUE(unit.start <= stamp && stamp < unit.end);
      }
    }
  }
  EXPECT_EQ(stamps.size(), 48U);
}

TEST(MetricRanges, CanBeHalved) {
  const auto [first, second] = halves_of({at(0), seconds(300), 75});
  EXPECT_EQ(first, (MetricRange{at(0), seconds(300), 37}));
  EXPECT_EQ(second, (MetricRange{at(37 * 300), seconds(300), 38}));
}

}  // namespace
}  // namespace vrni2syslog
