#include "base/timestamp.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

[[nodiscard]] UnixSeconds at(std::int64_t epoch) {
  return UnixSeconds(seconds(epoch));
}

TEST(Timestamp, HasThreeFractionDigitsAndZ) {
  std::string text;
  append_rfc3339_millis(text, WallTime(milliseconds(1'795'352'400'007)));
  EXPECT_EQ(text, "2026-11-22T13:00:00.007Z");
}

TEST(Timestamp, IsRightAtTheEdgesOfCalendars) {
  EXPECT_EQ(to_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(951'782'399)), "2000-02-28T23:59:59Z");
  EXPECT_EQ(to_rfc3339(at(951'782'400)), "2000-02-29T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(4'107'542'399)), "2100-02-28T23:59:59Z");
  EXPECT_EQ(to_rfc3339(at(4'107'542'400)), "2100-03-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(-1)), "1969-12-31T23:59:59Z");
}

TEST(Timestamp, IsClampedToYearsOfFourDigits) {
  EXPECT_EQ(to_rfc3339(at(1'000'000'000'000'000)), "9999-12-31T23:59:59Z");
  EXPECT_EQ(to_rfc3339(at(-1'000'000'000'000'000)), "0000-01-01T00:00:00Z");
}

TEST(Timestamp, IsClampedInMillisecondsToo) {
  std::string text;
  append_rfc3339_millis(text, WallTime::max());
  append_rfc3339_millis(text, WallTime::min());
  EXPECT_EQ(text, "9999-12-31T23:59:59.999Z0000-01-01T00:00:00.000Z");
}

TEST(DateTime, HasABlankAndNoZone) {
  std::string text;
  append_date_time(text, at(1'795'352'400));
  EXPECT_EQ(text, "2026-11-22 13:00:00");
}

struct TimeCase {
  const char* text;
  const char* zone;
  const char* expected;
};

class ParseTime : public testing::TestWithParam<TimeCase> {};

TEST_P(ParseTime, FindsTheInstant) {
  EXPECT_EQ(to_rfc3339(parse_time(GetParam().text, TimeZone::locate(GetParam().zone))),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseTime,
    testing::Values(TimeCase{"2026-11-22T13:00:00Z", "Europe/Amsterdam", "2026-11-22T13:00:00Z"},
                    TimeCase{"2026-11-22T13:00:00.123456Z", "UTC", "2026-11-22T13:00:00Z"},
                    TimeCase{"2026-11-22T13:00:00+01:00", "UTC", "2026-11-22T12:00:00Z"},
                    TimeCase{"2026-11-22 13:00:00-05:30", "UTC", "2026-11-22T18:30:00Z"},
                    TimeCase{"2026-11-22T13:00", "Europe/Amsterdam", "2026-11-22T12:00:00Z"},
                    TimeCase{"2026-11-22", "UTC", "2026-11-22T00:00:00Z"},
                    TimeCase{"2026-11-22", "Europe/Amsterdam", "2026-11-21T23:00:00Z"},
                    TimeCase{"2026-07-01", "Europe/Amsterdam", "2026-06-30T22:00:00Z"},
                    // 02:30 does not exist on this day: clocks go from 02:00 to 03:00.
                    TimeCase{"2026-03-29T02:30", "Europe/Amsterdam", "2026-03-29T01:00:00Z"},
                    // 02:30 comes twice on this day: the first of the two is meant.
                    TimeCase{"2026-10-25T02:30", "Europe/Amsterdam", "2026-10-25T00:30:00Z"},
                    // A day that begins with the gap: clocks go from 00:00 to 01:00.
                    TimeCase{"2026-09-06", "America/Santiago", "2026-09-06T04:00:00Z"}));

class BadTime : public testing::TestWithParam<const char*> {};

TEST_P(BadTime, IsAUsageErrorThatNamesTheForms) {
  const Error error = error_of([&] { (void)parse_time(GetParam(), TimeZone::utc()); });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_NE(std::string(error.what()).find("write 2026-11-22"), std::string::npos) << error.what();
}

INSTANTIATE_TEST_SUITE_P(Table, BadTime,
                         testing::Values("", "yesterday", "2026-13-01", "2026-02-29", "2026-11-22T",
                                         "2026-11-22T13", "2026-11-22T24:00", "2026-11-22T13:60",
                                         "2026-11-22T13:00:60", "2026-11-22T13:00:00.Z",
                                         "2026-11-22T13:00:00+1", "2026-11-22T13:00:00+25:00",
                                         "2026-11-22T13:00:00Zx", "22-11-2026", "2026-11-2",
                                         "1795352400", "2026/11/22"));

TEST(TimeZone, UnknownNameIsAUsageError) {
  const Error error = error_of([&] { (void)TimeZone::locate("Europe/Atlantis"); });
  EXPECT_EQ(error.fault(), Fault::Usage);
}

TEST(TimeZone, KnowsTheLocalDay) {
  const TimeZone amsterdam = TimeZone::locate("Europe/Amsterdam");
  const UnixSeconds late_evening_utc = at(1'795'390'200);  // 2026-11-22T23:30:00Z
  EXPECT_EQ(amsterdam.local_day(late_evening_utc) - TimeZone::utc().local_day(late_evening_utc),
            std::chrono::days(1));
}

}  // namespace
}  // namespace vrni2syslog
