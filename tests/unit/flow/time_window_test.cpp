#include "flow/time_window.h"

#include <gtest/gtest.h>

#include <random>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

[[nodiscard]] EpochSeconds utc(const char* text) {
  return parse_time(text, TimeZone::utc());
}

TEST(LastWindow, EndsBeforeNowAndKeepsItsLength) {
  const TimeWindow window = last_window(utc("2026-11-22T13:00:00Z"), hours(24), minutes(10));
  EXPECT_EQ(to_rfc3339(window.start), "2026-11-21T12:50:00Z");
  EXPECT_EQ(to_rfc3339(window.end), "2026-11-22T12:50:00Z");
}

struct YesterdayCase {
  const char* name;
  const char* now;
  const char* zone;
  const char* start;
  int length_hours;
};

class Yesterday : public testing::TestWithParam<YesterdayCase> {};

TEST_P(Yesterday, IsTheWholeCalendarDayBefore) {
  const YesterdayCase& row = GetParam();
  const TimeWindow window = yesterday_window(utc(row.now), TimeZone::locate(row.zone));
  EXPECT_EQ(to_rfc3339(window.start), row.start);
  EXPECT_EQ(window.end - window.start, hours(row.length_hours));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Yesterday,
    testing::Values(YesterdayCase{"Utc", "2026-11-22T13:00:00Z", "UTC", "2026-11-21T00:00:00Z", 24},
                    YesterdayCase{"ZoneAheadOfUtc", "2026-11-22T23:30:00Z", "Europe/Amsterdam",
                                  "2026-11-21T23:00:00Z", 24},
                    YesterdayCase{"ClocksGoForward", "2026-03-30T09:00:00Z", "Europe/Amsterdam",
                                  "2026-03-28T23:00:00Z", 23},
                    YesterdayCase{"ClocksGoBack", "2026-10-26T09:00:00Z", "Europe/Amsterdam",
                                  "2026-10-24T22:00:00Z", 25},
                    YesterdayCase{"ADayThatStartsAtOne", "2026-09-07T12:00:00Z", "America/Santiago",
                                  "2026-09-06T04:00:00Z", 23}),
    [](const auto& row) { return row.param.name; });

TEST(Units, OfNoResolutionAreTheWindowItself) {
  const TimeWindow window{utc("2026-11-22T12:10:00Z"), utc("2026-11-22T15:20:00Z")};
  EXPECT_EQ(units_of(window, seconds(0)), std::vector{window});
}

TEST(Units, AreAlignedAndShorterAtTheEnds) {
  const TimeWindow window{utc("2026-11-22T12:10:00Z"), utc("2026-11-22T14:20:00Z")};
  const std::vector<TimeWindow> units = units_of(window, hours(1));
  ASSERT_EQ(units.size(), 3U);
  EXPECT_EQ(to_rfc3339(units[0].end), "2026-11-22T13:00:00Z");
  EXPECT_EQ(to_rfc3339(units[2].start), "2026-11-22T14:00:00Z");
}

TEST(Units, OfAnEmptyWindowAreNone) {
  EXPECT_TRUE(units_of({utc("2026-11-22"), utc("2026-11-22")}, hours(1)).empty());
}

TEST(Units, TileRandomWindowsWithoutGapOrOverlap) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 1000; ++round) {
    const EpochSeconds start(
        seconds(static_cast<std::int64_t>(random() % 4'000'000'000ULL) - 1'000'000'000));
    const TimeWindow window{start,
                            start + seconds(1 + static_cast<std::int64_t>(random() % 1'000'000))};
    const seconds resolution(1 + static_cast<std::int64_t>(random() % 100'000));
    EpochSeconds expected_start = window.start;
    const std::vector<TimeWindow> units = units_of(window, std::max(resolution, seconds(600)));
    for (const TimeWindow& unit : units) {
      ASSERT_EQ(unit.start, expected_start);
      ASSERT_LT(unit.start, unit.end);
      expected_start = unit.end;
    }
    ASSERT_EQ(expected_start, window.end);
  }
}

}  // namespace
}  // namespace vrni2syslog
