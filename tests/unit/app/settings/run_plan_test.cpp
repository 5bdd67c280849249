#include "app/settings/run_plan.h"

#include "app/options/options.h"
#include "support/error_of.h"
#include "transport/contract/collector_options.h"
#include "unit/app/settings/job_at.h"
#include "unit/app/settings_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Plans a run with these options, and with enough others.
[[nodiscard]] RunPlan plan_of(const Arguments& arguments, const std::optional<Checkpoint>& job = {},
                              UnixSeconds now = kNow) {
  const OptionValues values(
      {parse_command_line(kEnough + Arguments{"--password", "p"} + arguments)});
  return run_of(values, {kNow, "/s", {}}, job, now).plan;
}

[[nodiscard]] Error failure_of(const Arguments& arguments,
                               const std::optional<Checkpoint>& job = {}) {
  return error_of([&] { static_cast<void>(plan_of(arguments, job)); });
}

TEST(RunPlan, CoversTheLastDayInTheFirstRunOfAJob) {
  const RunPlan plan = plan_of({});
  EXPECT_EQ(plan.window, (TimeWindow{kNow - minutes(10) - hours(24), kNow - minutes(10)}));
  EXPECT_THAT(plan.units, ElementsAre(plan.window));
  EXPECT_THAT(plan.warnings, IsEmpty());
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST(RunPlan, ContinuesWhereTheJobIs) {
  const UnixSeconds later = kNow + minutes(30);
  const Checkpoint progress = job_at(kNow - hours(2), kNow - hours(1));
  const RunPlan plan = plan_of({"--settle", "20m"}, progress, later);
  EXPECT_EQ(plan.window, (TimeWindow{kNow - hours(2), later - minutes(20)}));
  EXPECT_EQ(plan.least_age, minutes(10));
}

TEST(RunPlan, IsEmptyIfTheJobHasNothingToDoYet) {
  const RunPlan plan = plan_of({"--resolution", "1h"}, job_at(kNow - hours(1), kNow - hours(1)));
  EXPECT_TRUE(plan.window.is_empty());
  EXPECT_THAT(plan.units, IsEmpty());
}

TEST(RunPlan, RefusesAJobThatIsAheadOfTheClock) {
  const Error error = failure_of({"--job", "nightly"}, job_at(kNow + hours(1), kNow + hours(1)));
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), StartsWith("job nightly: flows up to 2026-11-23T11:00:00Z"));
}

TEST(RunPlan, WarnsOfAJobThatIsFarBehind) {
  const UnixSeconds long_ago = kNow - hours(24 * 31);
  EXPECT_THAT(plan_of({}, job_at(long_ago, long_ago)).warnings,
              ElementsAre(HasSubstr("more than 30 days ago")));
}

TEST(RunPlan, DoesNotUseTheProgressOfTheJobIfTheUserNamesTheWindow) {
  const Checkpoint ahead = job_at(kNow + hours(1), kNow + hours(1));
  const RunPlan plan = plan_of({"--last", "2h"}, ahead);
  EXPECT_EQ(plan.window, (TimeWindow{kNow - minutes(10) - hours(2), kNow - minutes(10)}));
  EXPECT_EQ(plan.least_age, seconds(0));
}

TEST(RunPlan, TakesTheWindowOutOfTheFilterAndSaysSo) {
  const RunPlan plan = plan_of({"--filter", "port = 1 in last 2 hours"});
  EXPECT_EQ(plan.window.end - plan.window.start, hours(2));
  EXPECT_THAT(plan.notes,
              ElementsAre("--filter: 'in last ...' at its end names the window of the run: "
                          "2026-11-23T07:50:00Z to 2026-11-23T09:50:00Z"));
  EXPECT_THAT(plan_of({"--filter", "port = 1", "--last", "2h"}).notes, IsEmpty());
}

TEST(RunPlan, CutsTheWindowAtTheHoursOfTheZone) {
  const RunPlan plan = plan_of({"--since", "2026-10-25", "--until", "2026-10-26", "--time-zone",
                                "Europe/Amsterdam", "--resolution", "1h"});
  EXPECT_EQ(plan.window.end - plan.window.start, hours(25));
  ASSERT_EQ(plan.units.size(), 25U);
  EXPECT_EQ(plan.units.front().start, plan.window.start);
  EXPECT_EQ(plan.units.front().end - plan.units.front().start, hours(1));
  EXPECT_EQ(plan.units.back().end, plan.window.end);
}

TEST(RunPlan, NamesTheOptionsThatAskForTooMuch) {
  const Arguments too_many{"--since", "1970-01-01", "--resolution", "1m"};
  EXPECT_THAT(failure_of(too_many).what(), StartsWith("--since: the window has more than 100000"));
  const UnixSeconds start{};
  const Error error = failure_of({"--resolution", "1m"}, job_at(start, start));
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), StartsWith("--resolution: the window has more than 100000"));
}

TEST(RunPlan, WarnsOfMetricsOverAShortWindow) {
  EXPECT_THAT(plan_of({"--metrics", "bytes", "--last", "10m"}).warnings,
              ElementsAre(HasSubstr("shorter than 30m")));
  EXPECT_THAT(plan_of({"--metrics", "bytes", "--last", "30m"}).warnings, IsEmpty());
  EXPECT_THAT(plan_of({"--last", "10m"}).warnings, IsEmpty());
}

TEST(RunPlan, WarnsOfTimesThatLogInsightDoesNotKeep) {
  const auto warnings = [](const std::string& collector, const Arguments& window,
                           const Arguments& more = {}) {
    const OptionValues values({parse_command_line(
        Arguments{"--platform-ip", "vrni.local", "--password", "p", "--collector", collector} +
        window + more)});
    return run_of(values).plan.warnings;
  };
  const Arguments old{"--last", "1h"};
  EXPECT_THAT(warnings("cfapi://a?insecure=1", old),
              ElementsAre(AllOf(HasSubstr("cfapi://a:9543: without a session"),
                                HasSubstr("2026-11-23T08:50:00Z"), HasSubstr("?user="))));
  EXPECT_THAT(warnings("cfapi://b?api=vcf9,cfapi+http://a", old),
              ElementsAre(StartsWith("cfapi+http://a")));
  EXPECT_THAT(warnings("cfapi://a?user=u", old), IsEmpty());
  EXPECT_THAT(warnings("cfapi://a?api=vcf9", old), IsEmpty());
  EXPECT_THAT(warnings("tls://a", old), IsEmpty());
  EXPECT_THAT(warnings("cfapi://a", {"--last", "10m", "--settle", "0s"}), IsEmpty());
  EXPECT_THAT(warnings("cfapi://a", old, {"--check"}), IsEmpty());
  EXPECT_THAT(warnings("cfapi://a", old, {"--dry-run"}), IsEmpty());
}

TEST(RunPlan, WarnsOfAWindowWhoseFlowsMayStillArrive) {
  EXPECT_THAT(plan_of({"--since", "2026-11-23", "--until", "2026-11-23T10:00"}).warnings,
              ElementsAre(HasSubstr("the window ended less than 10m ago")));
}

TEST(RunPlan, KnowsNoEndOfTheChainOfACollectorThatCouldNotBeAsked) {
  RunPlan plan;
  plan.kept_progress = {{1, "watermark=0"}, {2, std::string(kNotAsked)}, {3, ""}};
  std::vector<ChainEnd> ends(4);
  for (std::size_t number = 0; number < ends.size(); ++number)
    ends[number].last = std::string(1, static_cast<char>('a' + number));
  EXPECT_THAT(known_chain_ends(plan, ends), ElementsAre("a", "b", std::nullopt, "d"));
}

}  // namespace
}  // namespace vrni2syslog
