#include "app/run/progress.h"

#include "support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;

[[nodiscard]] RunStatistics statistics(std::uint64_t received, std::uint64_t announced,
                                       std::uint64_t units_done = 0,
                                       std::uint64_t units_total = 1) {
  RunStatistics result;
  result.units_done = units_done;
  result.units_total = units_total;
  result.epochs.lines = received;
  result.epochs.line_bytes = received * 400;
  result.epochs.received = received;
  result.epochs.announced = announced;
  return result;
}

TEST(Progress, TellsFetchedOfTotalAndSpeedAndTimeLeft) {
  EXPECT_EQ(progress_text(statistics(12'000, 48'000), seconds(4), 0.25),
            "12,000 of 48,000 flows, 3,000 lines/s, 12s left");
  EXPECT_EQ(progress_text(statistics(0, 0), milliseconds(0), std::nullopt),
            "0 of 0 flows, 0 lines/s");
  EXPECT_EQ(progress_text(statistics(10, 20, 2, 24), seconds(100), 0.1),
            "10 of 20 flows, unit 3 of 24, 0 lines/s, 15m00s left");
}

TEST(Progress, EstimatesOverAllUnits) {
  ProgressEstimate estimate;
  EXPECT_FALSE(estimate.update(statistics(0, 1000, 0, 4)));
  EXPECT_DOUBLE_EQ(estimate.update(statistics(500, 1000, 0, 4)).value_or(-1), 0.125);
  EXPECT_DOUBLE_EQ(estimate.update(statistics(1000, 1000, 1, 4)).value_or(-1), 0.25);
  EXPECT_DOUBLE_EQ(estimate.update(statistics(1100, 1200, 1, 4)).value_or(-1), 0.375);
  EXPECT_DOUBLE_EQ(estimate.update(statistics(1200, 1200, 4, 4)).value_or(-1), 1.0);
}

TEST(Progress, SumsTheRunUp) {
  RunStatistics run = statistics(48'120, 48'120);
  run.source.calls = 102;
  EXPECT_EQ(summary_text(run, seconds(16)),
            "48,120 of 48,120 flows, 48,120 lines of 18.4 MiB in 16s (3,007 lines/s), 102 calls to "
            "the platform");
  run.source.retries = 2;
  run.epochs_resent = 3;
  EXPECT_THAT(summary_text(run, seconds(16)), HasSubstr(", 2 repeated, 3 deliveries repeated"));
  run.source.throttled = 1;
  run.epochs.partial = 12;
  EXPECT_THAT(
      summary_text(run, seconds(16)),
      EndsWith(", 2 repeated, 1 throttled, 3 deliveries repeated, 12 flows without content"));
  run.source.throttled = run.epochs.partial = 0;
  run.epochs_resent = 0;
  run.source.without_metrics = 1000;
  run.epochs.truncated = 1;
  EXPECT_THAT(summary_text(run, seconds(16)),
              HasSubstr(", 2 repeated, 1,000 flows without counters, 1 lines shortened"));
  run.epochs.rereads = 3;
  run.epochs.halvings = 2;
  EXPECT_THAT(summary_text(run, seconds(16)),
              HasSubstr(", 3 searches read again, 2 windows read in parts, "));
  run.epochs.unannounced = 1;
  EXPECT_TRUE(summary_text(run, seconds(16)).starts_with("48,120 flows, 48,120 lines"));
  run.epochs.unannounced = 0;
  run.units_total = 24;
  run.units_done = 24;
  EXPECT_THAT(summary_text(run, seconds(16)), HasSubstr("48,120 of 48,120 flows in 24 windows, "));
  run.epochs.left_out = 40'000;
  EXPECT_THAT(summary_text(run, seconds(16)), HasSubstr(", 40,000 flows left out that were sent"));
}

class ProgressLineTest : public testing::Test {
 protected:
  ManualClock clock_;
  std::string terminal_;
  ProgressLine line_{[this](std::string_view text) { terminal_ += text; }, clock_, 40};
};

TEST_F(ProgressLineTest, RedrawsAtMostTenTimesASecond) {
  for (int i = 0; i < 1000; ++i) {
    line_.show(statistics(1, 2));
    clock_.advance(milliseconds(1));
  }
  EXPECT_EQ(std::ranges::count(terminal_, '\r'), 10);
}

TEST_F(ProgressLineTest, IsShorterThanTheTerminal) {
  line_.show(statistics(100'000'000, 200'000'000));
  EXPECT_EQ(terminal_.size(), std::string("\r\x1b[K").size() + 39);
}

TEST_F(ProgressLineTest, ShowsWhatTheRunWaitsForUntilItGoesOn) {
  line_.show(statistics(1, 2));
  terminal_.clear();
  line_.show_pause("the platform fails (503); again in 12000 ms");
  EXPECT_EQ(terminal_, "\r\x1b[Kthe platform fails (503); again in 1200");
  terminal_.clear();
  line_.show(statistics(1, 2));
  EXPECT_THAT(terminal_, HasSubstr("1 of 2 flows"));
}

TEST_F(ProgressLineTest, MakesRoomForMessages) {
  line_.write("first\n");
  EXPECT_EQ(terminal_, "first\n");
  line_.show(statistics(1, 2));
  terminal_.clear();
  line_.write("second\n");
  EXPECT_EQ(terminal_, "\r\x1b[Ksecond\n");
}

TEST_F(ProgressLineTest, LeavesNothingBehind) {
  line_.show(statistics(1, 2));
  terminal_.clear();
  line_.clear();
  line_.clear();
  EXPECT_EQ(terminal_, "\r\x1b[K");
}

}  // namespace
}  // namespace vrni2syslog
