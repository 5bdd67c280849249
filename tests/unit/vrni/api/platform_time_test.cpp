#include "vrni/api/platform_time.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const TimeWindow kUnit{UnixSeconds(hours(1)), UnixSeconds(hours(2))};

TEST(RequirePast, AcceptsAUnitThatIsOver) {
  EXPECT_NO_THROW(require_past(kUnit, seconds(0), kUnit.end));
  EXPECT_NO_THROW(require_past(kUnit, seconds(0), kUnit.end + hours(10'000)));
}

TEST(RequirePast, ForgivesADifferenceOfAMinute) {
  EXPECT_NO_THROW(require_past(kUnit, seconds(0), kUnit.end - seconds(60)));
  EXPECT_THROW(require_past(kUnit, seconds(0), kUnit.end - seconds(61)), Error);
}

TEST(RequirePast, SaysWhatTimeItIs) {
  try {
    require_past(kUnit, seconds(0), kUnit.end - hours(1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("it is 1970-01-01T01:00:00Z at"),
                                             testing::HasSubstr("until 1970-01-01T02:00:00Z"),
                                             testing::HasSubstr("clock")));
  }
}

TEST(RequirePast, KnowsNothingOfAPlatformThatTellsNoTime) {
  EXPECT_NO_THROW(require_past(kUnit, seconds(0), std::nullopt));
}

TEST(DescribeClock, TellsTheDifferenceInBothDirections) {
  struct Row {
    seconds ahead;
    std::string_view text;
  };
  for (const auto& [ahead, text] : {Row{seconds(0), "the same as the platform's"},
                                    Row{seconds(59), "the same as the platform's"},
                                    Row{-seconds(59), "the same as the platform's"},
                                    Row{seconds(119), "1m ahead of the platform's"},
                                    Row{-hours(2), "2h behind the platform's"}})
    EXPECT_EQ(describe_clock(kUnit.end + ahead, kUnit.end), text);
}

TEST(RequirePast, LeavesTimeForFlowsThatComeLate) {
  EXPECT_NO_THROW(require_past(kUnit, seconds(300), kUnit.end + seconds(240)));
  EXPECT_THROW(require_past(kUnit, seconds(300), kUnit.end + seconds(239)), Error);
}

TEST(ApiTime, MayBeWrittenAsAFloatOrAText) {
  for (const char* const text :
       {"1.50928332E9", "1509283320.0", "1.50928332e12", "2017-10-29T13:22:00Z",
        "2017-10-29T14:22:00+01:00", "2017-10-29T13:22:00.123Z"})
    EXPECT_EQ(parse_api_time(text), UnixSeconds(seconds(1509283320))) << text;
}

TEST(ApiTime, IsSecondsOrMilliseconds) {
  EXPECT_EQ(parse_api_time("1509283320"), UnixSeconds(seconds(1509283320)));
  EXPECT_EQ(parse_api_time("1509283320123"), UnixSeconds(seconds(1509283320)));
  for (const char* const text :
       {"", "0", "-5", "x", "12x", "1.5", "Today", "2026-13-40T99:00:00Z", "0222-11-22T13:00:00Z",
        "8917-11-22T13:00:00Z", "1970-01-01T00:00:00Z", "99999999999999999",
        "99999999999999999999"}) {
    EXPECT_EQ(parse_api_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace vrni2syslog
