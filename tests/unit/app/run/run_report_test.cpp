#include "app/run/run_report.h"

#include "base/error.h"
#include "json/records.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

[[nodiscard]] Settings day() {
  Settings settings;
  settings.platform.api.host = "vrni.local";
  settings.filter = "name = 'a\"b'";
  settings.window_request.resolution = std::chrono::hours(1);
  return settings;
}

[[nodiscard]] RunReport report_of_one_unit() {
  RunReport report;
  report.run_id = "run-1";
  report.window.emplace(UnixSeconds(std::chrono::hours(24)), UnixSeconds(std::chrono::hours(48)));
  report.failure.status = ExitStatus::Ok;
  report.statistics.units_total = 1;
  report.statistics.units_done = 1;
  report.statistics.epochs.announced = 12;
  report.statistics.source.throttled = 3;
  UnitCoverage& coverage = report.units.emplace_back();
  coverage.unit = *report.window;
  coverage.is_done = true;
  coverage.last_epoch.announced = 12;
  coverage.last_epoch.received = 11;
  return report;
}

TEST(RunReport, IsAnObjectThatCanBeRead) {
  std::string json = to_json(report_of_one_unit(), day());
  EXPECT_TRUE(json.ends_with("}\n"));
  JsonRecords object("coverage");
  EXPECT_TRUE(read_records(json, object));
  EXPECT_EQ(object.text("run"), "run-1");
  EXPECT_EQ(object.text("platform"), "vrni.local");
  EXPECT_EQ(object.text("filter"), "name = 'a\"b'");
  EXPECT_EQ(object.text("complete"), "true");
  EXPECT_EQ(object.text("exit_status"), "0");
  EXPECT_EQ(object.text("error"), "");
  EXPECT_EQ(object.text("resolution_seconds"), "3600");
  ASSERT_EQ(object.size(), 1U);
  EXPECT_EQ(object.text_of(0, "start"), "1970-01-02T00:00:00Z");
  EXPECT_EQ(object.text_of(0, "end"), "1970-01-03T00:00:00Z");
  EXPECT_EQ(object.text_of(0, "done"), "true");
  EXPECT_EQ(object.text_of(0, "announced"), "12");
  EXPECT_EQ(object.text_of(0, "received"), "11");
}

TEST(RunReport, TellsTheTotals) {
  RunReport report = report_of_one_unit();
  report.statistics.epochs_resent = 4;
  EXPECT_THAT(to_json(report, day()),
              AllOf(HasSubstr(R"("totals":{"announced":12,)"), HasSubstr(R"("epochs_resent":4,)"),
                    HasSubstr(R"("calls_throttled":3,)"), HasSubstr(R"("late_flows":0},)")));
}

TEST(RunReport, IsNotCompleteAfterAFailureOrWithUnitsLeft) {
  RunReport report = report_of_one_unit();
  report.failure = {ExitStatus::Data, "2 flows are missing"};
  EXPECT_THAT(to_json(report, day()),
              HasSubstr(R"("exit_status":65,"error":"2 flows are missing","complete":false)"));
  report = report_of_one_unit();
  report.statistics.units_total = 2;
  EXPECT_THAT(to_json(report, day()), HasSubstr(R"("complete":false)"));
}

TEST(RunReport, IsNotCompleteWhereThePlatformDoesNotSayHowMuchThereIs) {
  RunReport report = report_of_one_unit();
  report.statistics.epochs.unannounced = 1;
  report.units.front().last_epoch.unannounced = 1;
  const std::string json = to_json(report, day());
  EXPECT_THAT(json,
              AllOf(HasSubstr(R"("complete":false)"), HasSubstr(R"("totals":{"announced":null,)"),
                    HasSubstr(R"("done":true,"announced":null,"received":11)")));
}

TEST(RunReport, TellsWhatEveryCollectorGot) {
  RunReport report = report_of_one_unit();
  CollectorOutcome outcome;
  outcome.name = "tls://a:6514";
  outcome.verdict = Verdict::Consumed;
  outcome.lines = 11;
  outcome.bytes = 4400;
  outcome.duration = std::chrono::milliseconds(1234);
  report.units.front().collectors.push_back(outcome);
  outcome.name = "tcp://b:514";
  outcome.verdict = Verdict::Acked;
  outcome.failure = Error(Fault::Unconfirmed, "it stayed open");
  outcome.attempts = 2;
  report.units.front().collectors.push_back(outcome);
  EXPECT_THAT(
      to_json(report, day()),
      HasSubstr(R"("collectors":[{"collector":"tls://a:6514","confirmed":true,)"
                R"("verdict":"consumed","lines":11,"bytes":4400,"attempts":1,"seconds":1.234},)"
                R"({"collector":"tcp://b:514","confirmed":false,"verdict":"acked",)"
                R"("error":"it stayed open","lines":11,"bytes":4400,"attempts":2,)"
                R"("seconds":1.234}])"));
}

}  // namespace
}  // namespace vrni2syslog
