#include "app/run/run_record.h"

#include "support/error_of.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const UnixSeconds kStartOfRun(seconds(1'795'348'800));

[[nodiscard]] RunReport report_of(ExitStatus status, std::uint64_t lines) {
  RunReport report;
  report.started = kStartOfRun;
  report.ended = kStartOfRun + std::chrono::milliseconds(2500);
  report.failure.status = status;
  report.statistics.units_total = 2;
  report.statistics.units_done = 1;
  report.statistics.epochs.lines = lines;
  return report;
}

class RunRecordTest : public testing::Test {
 protected:
  RunRecordTest() {
    settings_.job.emplace();
    settings_.job->name = "nightly";
    settings_.job->state_directory = directory_.path();
    settings_.prometheus_file = directory_.path() / "nightly.prom";
  }

  [[nodiscard]] JobHistory history() const { return load_history(directory_.path(), "nightly"); }

  [[nodiscard]] std::string metrics() const {
    std::ifstream file(settings_.prometheus_file);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void run(ExitStatus status, std::uint64_t lines) {
    RunRecord record(settings_, log_);
    record.begin(std::nullopt, kStartOfRun);
    record.end(std::nullopt, report_of(status, lines));
  }

  TemporaryDirectory directory_;
  Settings settings_;
  JobHistory history_;
  std::string logged_;
  Log log_{LogLevel::Warning, LogFormat::Text, [this](std::string_view line) { logged_ += line; }};
};

TEST_F(RunRecordTest, AddsRunsUp) {
  run(ExitStatus::Ok, 12);
  run(ExitStatus::Ok, 30);
  run(ExitStatus::Unavailable, 0);
  const JobHistory sums = history();
  EXPECT_EQ(sums.exit_code, 69U);
  EXPECT_EQ(sums.duration_milliseconds, 2500U);
  EXPECT_EQ(sums.ended, kStartOfRun + seconds(2));
  EXPECT_EQ(sums.runs, (std::map<std::uint64_t, std::uint64_t>{{0, 2}, {69, 1}}));
  EXPECT_EQ(sums.figures.at("lines"), (JobHistory::Figure{.last = 0, .sum = 42}));
  EXPECT_EQ(sums.figures.at("units"), (JobHistory::Figure{.last = 2, .sum = 6}));
  EXPECT_EQ(sums.figures.at("units_done"), (JobHistory::Figure{.last = 1, .sum = 3}));
  EXPECT_THAT(metrics(),
              AllOf(HasSubstr("vrni2syslog_lines_total{job_name=\"nightly\"} 42\n"),
                    HasSubstr("vrni2syslog_last_run_units_done{job_name=\"nightly\"} 1")));
}

TEST_F(RunRecordTest, KeepsTheTimeOfTheLastSuccessThroughFailures) {
  run(ExitStatus::Ok, 1);
  RunReport failed = report_of(ExitStatus::TemporaryFailure, 0);
  failed.ended += std::chrono::hours(1);
  RunRecord(settings_, log_).end(std::nullopt, failed);
  EXPECT_EQ(history().succeeded, kStartOfRun + seconds(2));
  EXPECT_EQ(history().ended, kStartOfRun + seconds(2) + std::chrono::hours(1));
}

TEST_F(RunRecordTest, ShowsARunThatNeverEnded) {
  run(ExitStatus::Ok, 1);
  RunRecord(settings_, log_).begin(std::nullopt, kStartOfRun + std::chrono::hours(1));
  EXPECT_GT(history().started, history().ended);
  EXPECT_THAT(metrics(),
              AllOf(HasSubstr("_last_run_start_timestamp_seconds{job_name=\"nightly\"} 1795352400"),
                    HasSubstr("_last_run_end_timestamp_seconds{job_name=\"nightly\"} 1795348802")));
}

TEST_F(RunRecordTest, WarnsOnceADayOfCertificatesThatExpireSoon) {
  RunReport report = report_of(ExitStatus::Ok, 1);
  report.certificates = {{"vrni.local", kStartOfRun + std::chrono::days(12)},
                         {"vrli.local", kStartOfRun + std::chrono::days(300)}};
  const auto warnings_after = [&](std::chrono::hours later) {
    logged_.clear();
    report.ended += later;
    RunRecord(settings_, log_).end(std::nullopt, report);
    return logged_;
  };
  const auto is_a_warning = AllOf(HasSubstr("certificate of vrni.local expires at 2026-12-04T"),
                                  Not(HasSubstr("vrli.local")));
  EXPECT_THAT(warnings_after(std::chrono::hours(0)), is_a_warning);
  EXPECT_EQ(warnings_after(std::chrono::hours(1)), "");
  EXPECT_THAT(warnings_after(std::chrono::hours(23)), is_a_warning);
  EXPECT_EQ(history().certificates, report.certificates);
}

TEST_F(RunRecordTest, KeepsWhatEarlierRunsHaveSeenOfCertificatesUntilAGoodRunSeesOthers) {
  RunReport report = report_of(ExitStatus::Ok, 1);
  report.certificates = {{"a", kStartOfRun}};
  add_run(history_, report);
  add_run(history_, report_of(ExitStatus::Ok, 0));
  EXPECT_EQ(history_.certificates.size(), 1U) << "it had nothing to do";
  report.certificates = {{"b", kStartOfRun}};
  report.failure.status = ExitStatus::Unavailable;
  add_run(history_, report);
  EXPECT_EQ(history_.certificates.size(), 2U);
  report.failure.status = ExitStatus::Ok;
  add_run(history_, report);
  EXPECT_EQ(history_.certificates, report.certificates);
}

TEST_F(RunRecordTest, WritesMetricsThatEveryUserMayRead) {
  run(ExitStatus::Ok, 1);
  EXPECT_EQ(std::filesystem::status(settings_.prometheus_file).permissions(),
            std::filesystem::perms(0644));
  EXPECT_EQ(std::filesystem::status(directory_.path() / "nightly.history").permissions(),
            std::filesystem::perms(0600));
}

TEST_F(RunRecordTest, WritesNoMetricsIfNobodyWantsThem) {
  settings_.prometheus_file.clear();
  run(ExitStatus::Ok, 1);
  EXPECT_EQ(history().figures.at("lines").sum, 1U);
}

TEST_F(RunRecordTest, BeginsAnewWhereTheHistoryIsDamagedAndSaysSo) {
  directory_.write("nightly.history", "vrni2syslog history 1\n");
  run(ExitStatus::Ok, 5);
  EXPECT_THAT(logged_, AllOf(HasSubstr("nightly.history is damaged"), HasSubstr("counted anew")));
  EXPECT_EQ(history().figures.at("lines").sum, 5U);
}

TEST_F(RunRecordTest, DoesNotTouchTheHistoryOfALaterVersion) {
  directory_.write("nightly.history", "vrni2syslog history 2\nnew: yes\n");
  const Error error = error_of([&] { RunRecord(settings_, log_); });
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("nightly.history has format 2"), HasSubstr("use a later version")));
}

TEST_F(RunRecordTest, DoesNotHideAFailureBehindThatOfItsRecord) {
  settings_.prometheus_file.clear();
  settings_.job->state_directory = directory_.path() / "gone";
  RunRecord lost(settings_, log_);
  lost.end(std::nullopt, report_of(ExitStatus::Data, 0));
  const Error error = error_of([&] { lost.end(std::nullopt, report_of(ExitStatus::Ok, 0)); });
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(logged_, Not(HasSubstr("error")));
}

}  // namespace
}  // namespace vrni2syslog
