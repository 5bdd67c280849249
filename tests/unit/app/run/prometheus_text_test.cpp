#include "app/run/prometheus_text.h"

#include "app/options/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::Not;

const UnixSeconds kStart(std::chrono::seconds(1'795'348'800));
const AgeLimits kLimits{.warning = hours(3), .critical = hours(24)};

[[nodiscard]] JobHistory history_of_two_runs() {
  JobHistory history;
  history.job = "nightly";
  history.started = kStart;
  history.ended = kStart + std::chrono::seconds(2);
  history.duration_milliseconds = 2005;
  history.exit_code = 75;
  history.succeeded = kStart - hours(1);
  history.figures["lines"] = {.last = 12, .sum = 52};
  history.figures["announced"] = {.last = std::nullopt, .sum = 40};
  history.runs = {{0, 1}, {75, 1}};
  history.certificates = {{"vrni.local:443", kStart + hours(24)}};
  return history;
}

TEST(PrometheusText, TellsWhatIsKnownOfTheJob) {
  Checkpoint checkpoint = first_checkpoint(
      "nightly", {"https://vrni.local/api/ni", "", {"tls://a:6514", "file:///a\"b\\c\n"}}, kStart);
  ASSERT_TRUE(owe(checkpoint, 1, {kStart, kStart + hours(1)}));
  const std::string text = prometheus_text(history_of_two_runs(), checkpoint, kLimits);
  for (const std::string& line :
       {std::string("vrni2syslog_build_info{job_name=\"nightly\",version=\"")
            .append(kVersion)
            .append("\"} 1\n"),
        std::string("# TYPE vrni2syslog_last_run_start_timestamp_seconds gauge\n"
                    "vrni2syslog_last_run_start_timestamp_seconds{job_name=\"nightly\"} "
                    "1795348800\n"),
        std::string("_last_run_end_timestamp_seconds{job_name=\"nightly\"} 1795348802\n"),
        std::string("_last_run_exit_code{job_name=\"nightly\"} 75\n"),
        std::string("_last_run_duration_seconds{job_name=\"nightly\"} 2.005\n"),
        std::string("_last_success_timestamp_seconds{job_name=\"nightly\"} 1795345200\n"),
        std::string("_warning_age_seconds{job_name=\"nightly\"} 10800\n"),
        std::string("_critical_age_seconds{job_name=\"nightly\"} 86400\n"),
        std::string("_watermark_timestamp_seconds{job_name=\"nightly\",collector=\"tls://a:6514\"} "
                    "1795348800\n"),
        std::string("_watermark_timestamp_seconds{job_name=\"nightly\","
                    "collector=\"file:///a\\\"b\\\\c \"} 1795352400\n"),
        std::string("_owed_windows{job_name=\"nightly\",collector=\"file:///a\\\"b\\\\c \"} 1\n"),
        std::string("_last_run_lines{job_name=\"nightly\"} 12\n"),
        std::string("# HELP vrni2syslog_lines_total Lines that were sent, without manifests (in "
                    "all runs of the job).\n"
                    "# TYPE vrni2syslog_lines_total counter\n"
                    "vrni2syslog_lines_total{job_name=\"nightly\"} 52\n"),
        std::string("_flows_announced_total{job_name=\"nightly\"} 40\n"),
        std::string("_runs_total{job_name=\"nightly\",exit_code=\"0\"} 1\n"),
        std::string("_runs_total{job_name=\"nightly\",exit_code=\"75\"} 1\n"),
        std::string("_certificate_expiry_timestamp_seconds{job_name=\"nightly\","
                    "peer=\"vrni.local:443\"} 1795435200\n")}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("last_run_flows_announced"))) << "which is not known";
  EXPECT_TRUE(text.ends_with("\n")) << "or node_exporter rejects the file";
}

TEST(PrometheusText, LeavesOutWhatIsNotKnownYet) {
  JobHistory history;
  history.job = "nightly";
  history.started = kStart;
  const std::string text = prometheus_text(history, std::nullopt, kLimits);
  EXPECT_THAT(text, HasSubstr("_last_run_start_timestamp_seconds{job_name=\"nightly\"} "));
  for (const char* name : {"_end_timestamp", "exit_code", "duration", "success",
                           "watermark_timestamp", "_total", "certificate"})
    EXPECT_THAT(text, Not(HasSubstr(name)));
}

}  // namespace
}  // namespace vrni2syslog
