#include "app/run/job_status.h"

#include "json/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const UnixSeconds kThen(std::chrono::seconds(1'795'348'800));  // 2026-11-22T12:00:00Z
const AgeLimits kUsual{.warning = hours(3), .critical = hours(24)};

[[nodiscard]] JobStatus job_named(const std::string& name) {
  JobStatus job;
  job.checkpoint =
      first_checkpoint(name, {"https://vrni.local/api/ni", "", {"tls://a:6514"}}, kThen);
  job.history.job = name;
  job.history.exit_code = 0;
  job.history.figures["received"] = {.last = 4813, .sum = 9000};
  job.history.runs = {{0, 2}};
  return job;
}

TEST(NagiosStatus, IsOneLineWithPerformanceData) {
  const auto [text, status] = nagios_status({job_named("nightly")}, kUsual, kThen + minutes(25));
  EXPECT_EQ(text,
            "VRNI2SYSLOG OK - nightly confirmed until 2026-11-22T12:00:00Z | "
            "age=1500s;10800;86400;0 owed=0;;;0 flows=4813;;;0\n");
  EXPECT_EQ(status, ExitStatus::Ok);
}

TEST(NagiosStatus, FollowsTheAgeOfTheWatermark) {
  for (const auto& [age, expected] : {std::pair(hours(3) - minutes(1), ExitStatus::Ok),
                                      std::pair(minutes(180), ExitStatus::MonitorWarning),
                                      std::pair(hours(24) - minutes(1), ExitStatus::MonitorWarning),
                                      std::pair(minutes(1440), ExitStatus::MonitorCritical),
                                      std::pair(minutes(-5), ExitStatus::Ok)}) {
    EXPECT_EQ(nagios_status({job_named("nightly")}, kUsual, kThen + age).second, expected)
        << age.count();
  }
}

TEST(NagiosStatus, WarnsOfWhatIsWrongBesidesTheAge) {
  JobStatus failed = job_named("nightly");
  failed.history.exit_code = 75;
  JobStatus owing = job_named("nightly");
  ASSERT_TRUE(owe(owing.checkpoint, 0, {kThen, kThen + hours(1)}));
  JobStatus expiring = job_named("nightly");
  expiring.history.certificates = {{"a", kThen + hours(24 * 29)}, {"b", kThen + hours(24 * 31)}};
  for (const auto& [job, words] :
       {std::pair(failed, "last run ended with exit code 75"), std::pair(owing, "1 window owed"),
        std::pair(expiring, "certificate of a expires at 2026-12-21T12:00:00Z |")}) {
    const auto [text, status] = nagios_status({job}, kUsual, kThen);
    EXPECT_THAT(text, AllOf(StartsWith("VRNI2SYSLOG WARNING - nightly"), HasSubstr(words)));
    EXPECT_EQ(status, ExitStatus::MonitorWarning);
    EXPECT_EQ(nagios_status({job}, kUsual, kThen + hours(48)).second, ExitStatus::MonitorCritical)
        << "which is worse";
  }
}

TEST(NagiosStatus, IsThatOfTheWorstOfSeveralJobs) {
  JobStatus late = job_named("a");
  late.checkpoint.collectors[0].watermark -= hours(4);
  const auto [text, status] = nagios_status({late, job_named("b")}, kUsual, kThen);
  EXPECT_EQ(text,
            "VRNI2SYSLOG WARNING - a confirmed until 2026-11-22T08:00:00Z; b confirmed until "
            "2026-11-22T12:00:00Z | a_age=14400s;10800;86400;0 a_owed=0;;;0 a_flows=4813;;;0 "
            "b_age=0s;10800;86400;0 b_owed=0;;;0 b_flows=4813;;;0\n");
  EXPECT_EQ(status, ExitStatus::MonitorWarning);
}

TEST(NagiosStatus, IsUnknownOnOneLineIfTheJobsCannotBeLookedAt) {
  const auto [text, status] = nagios_unknown("cannot open /a|b\nc");
  EXPECT_EQ(text, "VRNI2SYSLOG UNKNOWN - cannot open /a/b c\n");
  EXPECT_EQ(status, ExitStatus::MonitorUnknown);
}

TEST(JsonStatus, IsAnObjectWithTheJobs) {
  JobStatus job = job_named("nightly");
  ASSERT_TRUE(owe(job.checkpoint, 0, {kThen, kThen + hours(1)}));
  job.checkpoint.collectors[0].chain = {.last = "ab12", .key = "cd34"};
  job.history.certificates = {{"vrni.local", kThen}};
  const std::string text = json_status({job, job_named("b")}, kUsual, kThen + hours(2));
  EXPECT_THAT(text, HasSubstr(R"("collectors":[{"collector":"tls://a:6514",)"
                              R"("watermark_timestamp_seconds":1795352400,)"
                              R"("confirmed_timestamp_seconds":null,"verdict":"",)"
                              R"("owed_windows":["2026-11-22T12:00:00Z/2026-11-22T13:00:00Z"],)"
                              R"("last_manifest":"ab12","manifest_key":"cd34"}])"));
  EXPECT_THAT(text, AllOf(HasSubstr(R"("last_run_flows_received":4813)"),
                          HasSubstr(R"("flows_received_total":9000)"),
                          HasSubstr(R"("last_run_end_timestamp_seconds":null)"),
                          HasSubstr(R"("runs_total":{"0":2})"),
                          HasSubstr(R"("certificate_expiry_timestamp_seconds":{"vrni.local":)")));
  std::string json = text;
  JsonRecords object("jobs");
  ASSERT_TRUE(read_records(json, object));
  ASSERT_EQ(object.size(), 2U);
  EXPECT_EQ(object.text_of(0, "job_name"), "nightly");
  EXPECT_EQ(object.text_of(0, "state"), "WARNING");
  EXPECT_EQ(object.text_of(0, "age_seconds"), "3600");
  EXPECT_EQ(object.text_of(1, "state"), "OK");
}

}  // namespace
}  // namespace vrni2syslog
