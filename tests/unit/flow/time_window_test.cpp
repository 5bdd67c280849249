#include "flow/time_window.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <random>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

[[nodiscard]] UnixSeconds utc(const char* text) {
  return parse_time(text, TimeZone::utc());
}

TEST(LastWindow, EndsBeforeNowAndKeepsItsLength) {
  const TimeWindow window = last_window(utc("2026-11-22T13:00:00Z"), hours(24), minutes(10));
  EXPECT_EQ(to_rfc3339(window.start), "2026-11-21T12:50:00Z");
  EXPECT_EQ(to_rfc3339(window.end), "2026-11-22T12:50:00Z");
}

TEST(LogFieldOf, HasTheStartAndTheEnd) {
  std::string json;
  log_field_of({utc("2026-11-22T12:00:00Z"), utc("2026-11-22T13:00:00Z")}).append_to(json);
  EXPECT_EQ(json, R"(,"window_start":"2026-11-22T12:00:00Z","window_end":"2026-11-22T13:00:00Z")");
}

TEST(ParseWindow, ReadsWhatToTextWrites) {
  const TimeWindow window{utc("2026-11-22T12:00:00Z"), utc("2026-11-22T13:00:00Z")};
  EXPECT_EQ(parse_window(to_text(window), TimeZone::utc()), window);
  EXPECT_EQ(parse_window("2026-11-22T13:00/2026-11-22T14:00", TimeZone::locate("Europe/Amsterdam")),
            window);
}

TEST(ParseWindow, RefusesWhatIsNoWindow) {
  for (const char* const text :
       {"", "/", "2026-11-22", "2026-11-22/", "/2026-11-22", "2026-11-22/2026-11-22",
        "2026-11-23/2026-11-22", "2026-11-22/2026-11-23/2026-11-24", "x/y"}) {
    EXPECT_THROW(static_cast<void>(parse_window(text, TimeZone::utc())), Error) << text;
  }
}

TEST(SortedDistinct, OrdersByStartAndThenByEnd) {
  const auto window = [](int start, int end) {
    return TimeWindow{UnixSeconds(hours(start)), UnixSeconds(hours(end))};
  };
  EXPECT_EQ(sorted_distinct({window(1, 3), window(0, 2), window(1, 2), window(0, 2)}),
            (std::vector{window(0, 2), window(1, 2), window(1, 3)}));
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

TEST(UnitsOf, AreTheWindowItselfWithoutAResolution) {
  const TimeWindow window{utc("2026-11-22T12:10:00Z"), utc("2026-11-22T15:20:00Z")};
  EXPECT_EQ(units_of(window, seconds(0), TimeZone::utc()), std::vector{window});
}

TEST(UnitsOf, AreAlignedAndShorterAtTheEnds) {
  const TimeWindow window{utc("2026-11-22T12:10:00Z"), utc("2026-11-22T14:20:00Z")};
  const std::vector<TimeWindow> units = units_of(window, hours(1), TimeZone::utc());
  ASSERT_EQ(units.size(), 3U);
  EXPECT_EQ(to_rfc3339(units[0].end), "2026-11-22T13:00:00Z");
  EXPECT_EQ(to_rfc3339(units[2].start), "2026-11-22T14:00:00Z");
}

TEST(UnitsOf, AreNoneInAnEmptyWindow) {
  EXPECT_TRUE(units_of({utc("2026-11-22"), utc("2026-11-22")}, hours(1), TimeZone::utc()).empty());
}

struct UnitsCase {
  const char* name;
  const char* start;
  const char* end;
  const char* zone;
  seconds resolution;
  std::vector<const char*> starts;
};

class Units : public testing::TestWithParam<UnitsCase> {};

TEST_P(Units, BeginAtTheMidnightsOfTheZone) {
  const UnitsCase& row = GetParam();
  std::vector<std::string> starts;
  for (const TimeWindow& unit :
       units_of({utc(row.start), utc(row.end)}, row.resolution, TimeZone::locate(row.zone)))
    starts.push_back(to_rfc3339(unit.start));
  EXPECT_EQ(starts, std::vector<std::string>(row.starts.begin(), row.starts.end()));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Units,
    testing::Values(
        UnitsCase{"DaysWhenClocksGoForward",
                  "2026-03-27T23:00:00Z",
                  "2026-03-30T22:00:00Z",
                  "Europe/Amsterdam",
                  hours(24),
                  {"2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"}},
        UnitsCase{"DaysWhenClocksGoBack",
                  "2026-10-23T22:00:00Z",
                  "2026-10-26T00:00:00Z",
                  "Europe/Amsterdam",
                  hours(24),
                  {"2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"}},
        UnitsCase{"HoursOfAZoneWithHalfAnHour",
                  "2026-11-22T12:00:00Z",
                  "2026-11-22T14:00:00Z",
                  "Asia/Kolkata",
                  hours(1),
                  {"2026-11-22T12:00:00Z", "2026-11-22T12:30:00Z", "2026-11-22T13:30:00Z"}},
        UnitsCase{"QuartersOfADayOf25Hours",
                  "2026-10-24T22:00:00Z",
                  "2026-10-25T23:00:00Z",
                  "Europe/Amsterdam",
                  hours(6),
                  {"2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z", "2026-10-25T10:00:00Z",
                   "2026-10-25T16:00:00Z", "2026-10-25T22:00:00Z"}},
        UnitsCase{"ADayThatStartsAtOne",
                  "2026-09-05T04:00:00Z",
                  "2026-09-07T03:00:00Z",
                  "America/Santiago",
                  hours(24),
                  {"2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z"}},
        UnitsCase{"ClocksThatGoBackPastMidnight",
                  "2010-11-06T02:30:00Z",
                  "2010-11-08T03:30:00Z",
                  "America/St_Johns",
                  hours(24),
                  {"2010-11-06T02:30:00Z", "2010-11-07T02:30:00Z"}}),
    [](const auto& row) { return row.param.name; });

TEST(UnitsOf, AreTheSameInTwoRunsOverTheSameTime) {
  const TimeZone zone = TimeZone::locate("Europe/Amsterdam");
  const auto whole = units_of({utc("2026-10-20"), utc("2026-11-01")}, hours(7), zone);
  auto parts = units_of({utc("2026-10-20"), whole[20].start}, hours(7), zone);
  const auto rest = units_of({whole[20].start, utc("2026-11-01")}, hours(7), zone);
  parts.insert(parts.end(), rest.begin(), rest.end());
  EXPECT_EQ(parts, whole);
}

TEST(UnitsOf, TileRandomWindowsInRandomZonesWithoutGapOrOverlap) {
  constexpr const char* kZones[] = {"UTC",
                                    "Europe/Amsterdam",
                                    "America/New_York",
                                    "America/St_Johns",
                                    "America/Santiago",
                                    "Asia/Kolkata",
                                    "Asia/Kathmandu",
                                    "Australia/Lord_Howe",
                                    "Pacific/Apia",
                                    "Pacific/Chatham"};
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 1000; ++round) {
    const UnixSeconds start(
        seconds(static_cast<std::int64_t>(random() % 4'000'000'000ULL) - 1'000'000'000));
    const TimeWindow window{start,
                            start + seconds(1 + static_cast<std::int64_t>(random() % 10'000'000))};
    const seconds resolution = random() % 3 == 0
                                   ? seconds(hours(24) * (1 + static_cast<int>(random() % 8)))
                                   : seconds(600 + static_cast<std::int64_t>(random() % 200'000));
    const TimeZone zone = TimeZone::locate(kZones[random() % std::size(kZones)]);
    UnixSeconds expected_start = window.start;
    for (const TimeWindow& unit : units_of(window, resolution, zone)) {
      ASSERT_EQ(unit.start, expected_start) << zone.name();
      if (unit.start != window.start) {
        ASSERT_EQ(start_of_unit(unit.start, resolution, zone), unit.start) << zone.name();
        ASSERT_EQ(start_of_unit(unit.end - seconds(1), resolution, zone), unit.start)
            << zone.name();
      }
      ASSERT_LT(unit.start, unit.end) << zone.name();
      expected_start = unit.end;
    }
    ASSERT_EQ(expected_start, window.end) << zone.name();
  }
}

TEST(YesterdayWindow, TilesAYearDayByDay) {
  for (const char* name : {"UTC", "Europe/Amsterdam", "America/Santiago", "Australia/Lord_Howe"}) {
    const TimeZone zone = TimeZone::locate(name);
    UnixSeconds expected_start = yesterday_window(utc("2026-01-02T12:00:00Z"), zone).start;
    for (int day = 0; day < 365; ++day) {
      const TimeWindow window =
          yesterday_window(utc("2026-01-02T12:00:00Z") + hours(24) * day, zone);
      ASSERT_EQ(window.start, expected_start) << name << " day " << day;
      expected_start = window.end;
    }
  }
}

}  // namespace
}  // namespace vrni2syslog
