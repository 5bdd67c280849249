#include "app/settings/window_plan.h"

#include "base/error.h"
#include "support/error_of.h"
#include "unit/app/settings/job_at.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

[[nodiscard]] UnixSeconds utc(std::string_view text) {
  return parse_time(text, TimeZone::utc());
}

const UnixSeconds kNow = utc("2026-11-23T10:00:00Z");

[[nodiscard]] std::string error_of(const WindowRequest& request) {
  try {
    static_cast<void>(plan_window(request, kNow));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    return error.what();
  }
  return "no error";
}

TEST(WindowPlan, IsTheLast24HoursEndingSettleAgoWhereNothingIsAsked) {
  EXPECT_EQ(plan_window({}, kNow),
            (TimeWindow{utc("2026-11-22T09:50:00Z"), utc("2026-11-23T09:50:00Z")}));
}

TEST(WindowPlan, ShiftsTheLastHourBySettle) {
  WindowRequest request;
  request.last = hours(1);
  request.settle = minutes(30);
  EXPECT_EQ(plan_window(request, kNow),
            (TimeWindow{utc("2026-11-23T08:30:00Z"), utc("2026-11-23T09:30:00Z")}));
}

TEST(WindowPlan, EndsSettleAgoWhereThereIsOnlySince) {
  WindowRequest request;
  request.since = utc("2026-11-20");
  EXPECT_EQ(plan_window(request, kNow), (TimeWindow{utc("2026-11-20"), kNow - minutes(10)}));
}

TEST(WindowPlan, TakesSinceAndUntilAsTheyAre) {
  WindowRequest request;
  request.since = utc("2026-11-20");
  request.until = utc("2026-11-21");
  EXPECT_EQ(plan_window(request, kNow), (TimeWindow{utc("2026-11-20"), utc("2026-11-21")}));
}

TEST(WindowPlan, KnowsDaysOf23And25HoursInAmsterdam) {
  struct Case {
    const char* now;
    const char* start;
    int length;
  };
  for (const Case& row : {Case{"2026-03-30T06:00:00Z", "2026-03-28T23:00:00Z", 23},
                          Case{"2026-10-26T06:00:00Z", "2026-10-24T22:00:00Z", 25},
                          Case{"2026-06-02T06:00:00Z", "2026-05-31T22:00:00Z", 24}}) {
    WindowRequest request;
    request.is_yesterday = true;
    request.zone = TimeZone::locate("Europe/Amsterdam");
    const TimeWindow window = plan_window(request, utc(row.now));
    EXPECT_EQ(window.start, utc(row.start));
    EXPECT_EQ(window.end - window.start, hours(row.length)) << row.now;
  }
}

TEST(WindowPlan, RefusesContradictionsAndWindowsWithoutFlows) {
  WindowRequest two;
  two.last = hours(1);
  two.is_yesterday = true;
  EXPECT_THAT(error_of(two), HasSubstr("give one"));

  WindowRequest without_begin;
  without_begin.until = utc("2026-11-22");
  EXPECT_THAT(error_of(without_begin), HasSubstr("needs a beginning: --since"));

  WindowRequest backwards;
  backwards.since = utc("2026-11-22");
  backwards.until = utc("2026-11-21");
  EXPECT_THAT(error_of(backwards), HasSubstr("is empty"));

  WindowRequest no_time;
  no_time.last = hours(0);
  EXPECT_THAT(error_of(no_time), HasSubstr("is empty"));

  WindowRequest too_late;
  too_late.since = kNow - minutes(5);  // --settle is 10 minutes
  EXPECT_THAT(error_of(too_late), HasSubstr("is empty"));
}

TEST(WindowPlan, EndsNowAtTheLatest) {
  EXPECT_EQ(parse_end("2026-11-23T10:00:00Z", TimeZone::utc(), kNow), kNow);
  EXPECT_EQ(parse_end("2026-11-23T11:00:00", TimeZone::locate("Europe/Amsterdam"), kNow), kNow);
  try {
    static_cast<void>(parse_end("2026-11-23T10:00:01Z", TimeZone::utc(), kNow));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_STREQ(error.what(),
                 "2026-11-23T10:00:01Z is in the future; give 2026-11-23T10:00:00Z at the latest");
  }
}

TEST(WindowPlan, LimitsTheNumberOfUnits) {
  EXPECT_THROW(static_cast<void>(parse_resolution("59s")), Error);
  WindowRequest request;
  request.resolution = parse_resolution("60s");
  EXPECT_EQ(error_of(request), "no error");
  request.since = utc("2020-01-01");
  EXPECT_THAT(error_of(request), HasSubstr("more than 100000 units"));
}

TEST(WindowPlan, WarnsOfAnEndThatLateFlowsMayStillReach) {
  WindowRequest request;
  request.since = utc("2026-11-22");
  request.until = kNow - minutes(10);
  EXPECT_EQ(window_warning(request, plan_window(request, kNow), kNow), "");
  request.until = kNow - minutes(9);
  EXPECT_THAT(window_warning(request, plan_window(request, kNow), kNow), HasSubstr("10m"));
}

struct NextCase {
  const char* name;
  const char* watermark;  ///< empty before the first run
  minutes settle;
  seconds resolution;
  const char* start;
  const char* end;
};

class WindowPlanNext : public testing::TestWithParam<NextCase> {};

TEST_P(WindowPlanNext, GoesOnWhereTheJobIs) {
  WindowRequest request;
  request.settle = GetParam().settle;
  request.resolution = GetParam().resolution;
  std::optional<Checkpoint> job;
  if (*GetParam().watermark != '\0')
    job = job_at(utc(GetParam().watermark), utc(GetParam().watermark));
  const TimeWindow window = plan_next_window(request, job, kNow);
  EXPECT_EQ(to_rfc3339(window.start), GetParam().start);
  EXPECT_EQ(to_rfc3339(window.end), GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WindowPlanNext,
    testing::Values(NextCase{"FirstRun", "", minutes(10), seconds(0), "2026-11-22T09:50:00Z",
                             "2026-11-23T09:50:00Z"},
                    NextCase{"FirstRunInUnits", "", minutes(10), seconds(3600),
                             "2026-11-22T09:00:00Z", "2026-11-23T09:00:00Z"},
                    NextCase{"LaterRun", "2026-11-23T08:12:00Z", minutes(10), seconds(0),
                             "2026-11-23T08:12:00Z", "2026-11-23T09:50:00Z"},
                    NextCase{"LaterRunInUnits", "2026-11-23T08:12:00Z", minutes(10), seconds(3600),
                             "2026-11-23T08:12:00Z", "2026-11-23T09:00:00Z"},
                    NextCase{"NothingToDo", "2026-11-23T09:50:00Z", minutes(10), seconds(0),
                             "2026-11-23T09:50:00Z", "2026-11-23T09:50:00Z"},
                    NextCase{"UnitNotOver", "2026-11-23T09:00:00Z", minutes(10), seconds(3600),
                             "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"},
                    NextCase{"LongerSettleThanBefore", "2026-11-23T09:55:00Z", minutes(60),
                             seconds(0), "2026-11-23T09:55:00Z", "2026-11-23T09:00:00Z"},
                    NextCase{"JustNow", "2026-11-23T10:00:00Z", minutes(0), seconds(0),
                             "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"},
                    NextCase{"LongAgo", "2026-01-01T00:00:00Z", minutes(10), seconds(0),
                             "2026-01-01T00:00:00Z", "2026-11-23T09:50:00Z"}),
    [](const auto& row) { return row.param.name; });

TEST(WindowPlan, DoesNotGoOnWhereAJobIsFurtherThanTheClock) {
  const Checkpoint one_ahead = job_at(utc("2026-11-23T09:00:00Z"), utc("2026-11-23T10:00:01Z"));
  const Error error = vrni2syslog::error_of(
      [&] { static_cast<void>(plan_next_window(WindowRequest{}, one_ahead, kNow)); });
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), HasSubstr("--set-watermark"));
}

TEST(WindowPlan, LimitsTheUnitsOfAJobThatIsFarBehind) {
  WindowRequest request;
  request.resolution = parse_resolution("60s");
  const Checkpoint progress = job_at(utc("2026-01-01"), utc("2026-01-01"));
  EXPECT_EQ(vrni2syslog::error_of([&] {
              static_cast<void>(plan_next_window(request, progress, kNow));
            }).fault(),
            Fault::Usage);
}

TEST(WindowPlan, WarnsOfAJobThatIsFurtherBehindThanThePlatformRemembers) {
  EXPECT_EQ(lag_warning(std::nullopt, kNow), "");
  EXPECT_EQ(lag_warning(job_at(kNow - hours(24 * 30), kNow), kNow), "");
  EXPECT_THAT(lag_warning(job_at(kNow - hours(24 * 30) - seconds(1), kNow), kNow),
              HasSubstr("2026-10-24T09:59:59Z, more than 30 days ago"));
}

TEST(WindowPlan, KnowsABackfill) {
  EXPECT_FALSE(names_window({}));
  WindowRequest request;
  request.last = hours(1);
  EXPECT_TRUE(names_window(request));
  request = {};
  request.is_yesterday = true;
  EXPECT_TRUE(names_window(request));
  request = {};
  request.until = kNow;
  EXPECT_TRUE(names_window(request));
}

}  // namespace
}  // namespace vrni2syslog
