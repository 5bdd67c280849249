#include "delivery/checkpoint/job_history.h"

#include "base/sha256.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] std::string with_right_digest(const std::string& body) {
  Sha256 digest;
  digest.update(body);
  return body + "sha256: " + to_hex(digest.finish()) + "\n";
}

constexpr const char* kHistoryBody =
    "vrni2syslog history 1\n"
    "job: nightly\n"
    "started: 2026-11-22T14:00:00Z\n"
    "ended: 2026-11-22T13:00:00Z\n"
    "milliseconds: 2500\n"
    "exit code: 75\n"
    "succeeded: 2026-11-22T12:00:00Z\n"
    "figure: announced\n"
    "  last: \n"
    "  sum: 40\n"
    "figure: lines\n"
    "  last: 12\n"
    "  sum: 52\n"
    "ended with: 0\n"
    "  runs: 3\n"
    "ended with: 75\n"
    "  runs: 1\n"
    "certificate: vrni.local:443\n"
    "  expires: 2026-11-22T16:00:00Z\n";

[[nodiscard]] JobHistory four_runs() {
  JobHistory history;
  history.job = "nightly";
  history.started = hour(2);
  history.ended = hour(1);
  history.duration_milliseconds = 2500;
  history.exit_code = 75;
  history.succeeded = hour(0);
  history.figures["announced"] = {.last = std::nullopt, .sum = 40};
  history.figures["lines"] = {.last = 12, .sum = 52};
  history.runs = {{0, 3}, {75, 1}};
  history.certificates = {{"vrni.local:443", hour(4)}};
  return history;
}

TEST(JobHistory, CanBeReadByPeople) {
  EXPECT_EQ(format_history(four_runs()), with_right_digest(kHistoryBody));
}

TEST(JobHistory, IsReadBack) {
  EXPECT_EQ(parse_history(format_history(four_runs())), four_runs());
  EXPECT_EQ(parse_history(format_history(JobHistory{})), JobHistory{});
}

TEST(JobHistory, IsNotTakenIfItIsDamagedOrOfALaterVersion) {
  const auto altered = [](std::string_view from, std::string_view to) {
    std::string body = kHistoryBody;
    return with_right_digest(body.replace(body.find(from), from.size(), to));
  };
  struct Row {
    std::string text;
    Fault fault;
    const char* message;
  };
  for (const Row& row :
       {Row{"", Fault::CannotWrite, "is empty"},
        Row{std::string(kHistoryBody).append("x"), Fault::CannotWrite, "is damaged"},
        Row{altered("sum: 40", "sum: many"), Fault::CannotWrite, "'  sum' is not a number"},
        Row{altered("figure: lines", "figure: announced"), Fault::CannotWrite, "contradicts"},
        Row{altered("ended with: 75", "ended with: 0"), Fault::CannotWrite, "contradicts"},
        Row{altered("certificate:", "licence:"), Fault::CannotWrite, "contradicts"},
        Row{altered("history 1", "history 2"), Fault::Configuration, "use a later version"}}) {
    const Error error = error_of([&] { static_cast<void>(parse_history(row.text)); });
    EXPECT_EQ(error.fault(), row.fault) << row.message;
    EXPECT_THAT(error.what(), HasSubstr(row.message));
  }
}

TEST(JobHistory, IsAFileOfItsJob) {
  const TemporaryDirectory directory;
  EXPECT_EQ(load_history(directory.path(), "nightly").job, "nightly");
  save_history(directory.path(), four_runs());
  EXPECT_EQ(load_history(directory.path(), "nightly"), four_runs());
  std::filesystem::rename(directory.path() / "nightly.history", directory.path() / "b.history");
  const Error error = error_of([&] { static_cast<void>(load_history(directory.path(), "b")); });
  EXPECT_THAT(error.what(), HasSubstr("b.history is damaged (it is that of job nightly)"));
  remove_history(directory.path(), "b");
  EXPECT_EQ(load_history(directory.path(), "b").runs.size(), 0U);
  remove_history(directory.path(), "b");
}

}  // namespace
}  // namespace vrni2syslog
