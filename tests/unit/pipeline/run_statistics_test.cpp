#include "pipeline/run_statistics.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(EpochCounts, AddUp) {
  EpochCounts sum;
  EpochCounts epoch;
  epoch.received = 17;
  epoch.partial = 3;
  epoch.left_out = 2;
  epoch.lines = 15;
  epoch.line_bytes = 6000;
  epoch.truncated = 1;
  epoch.set_reading({.announced = 18, .searches = 8, .rereads = 4, .halvings = 2});
  sum += epoch;
  sum += epoch;
  EXPECT_EQ(sum.announced, 36U);
  EXPECT_EQ(sum.unannounced, 0U);
  EXPECT_EQ(sum.received, 34U);
  EXPECT_EQ(sum.partial, 6U);
  EXPECT_EQ(sum.left_out, 4U);
  EXPECT_EQ(sum.lines, 30U);
  EXPECT_EQ(sum.line_bytes, 12'000U);
  EXPECT_EQ(sum.truncated, 2U);
  EXPECT_EQ(sum.searches, 16U);
  EXPECT_EQ(sum.rereads, 8U);
  EXPECT_EQ(sum.halvings, 4U);
}

TEST(EpochCounts, CountTheEpochsThatNobodyAnnounced) {
  EpochCounts epoch;
  epoch.set_reading({});
  EXPECT_EQ(epoch.unannounced, 1U);
  epoch.set_reading({.announced = 5});
  EXPECT_EQ(epoch.unannounced, 0U);
}

TEST(UnitCoverage, IsThatOfTheLastAttemptAtAUnit) {
  std::vector<UnitCoverage> coverage;
  UnitCoverage attempt;
  for (const std::uint64_t lines : {3U, 7U}) {
    attempt.last_epoch.lines = lines;
    add_attempt(coverage, attempt);
    attempt.is_done = true;
  }
  attempt.is_done = false;  // once more, for another collector
  add_attempt(coverage, attempt);
  attempt.unit.end += std::chrono::seconds(60);
  add_attempt(coverage, attempt);
  ASSERT_EQ(coverage.size(), 2U);
  EXPECT_EQ(attempts_at(coverage[0].unit, coverage), 3U);
  EXPECT_EQ(attempts_at(coverage[1].unit, coverage), 1U);
  EXPECT_EQ(attempts_at({coverage[1].unit.end, coverage[1].unit.end}, coverage), 0U);
  EXPECT_EQ(coverage[0].last_epoch.lines, 7U);
  EXPECT_TRUE(coverage[0].is_done);
  EXPECT_FALSE(coverage[1].is_done);
}

[[nodiscard]] CollectorOutcome outcome_of(std::size_t collector, Verdict verdict) {
  CollectorOutcome outcome;
  outcome.collector = collector;
  outcome.verdict = verdict;
  return outcome;
}

TEST(UnitCoverage, HasTheLastOutcomeOfEachCollector) {
  std::vector<UnitCoverage> coverage;
  UnitCoverage attempt;
  attempt.collectors = {outcome_of(0, Verdict::Failed), outcome_of(1, Verdict::Acked),
                        outcome_of(2, Verdict::Failed)};
  add_attempt(coverage, attempt);
  attempt.collectors = {outcome_of(2, Verdict::Consumed), outcome_of(0, Verdict::Failed)};
  add_attempt(coverage, attempt);
  ASSERT_EQ(coverage.size(), 1U);
  const std::vector<CollectorOutcome>& collectors = coverage[0].collectors;
  ASSERT_EQ(collectors.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(collectors[i].collector, i);
  EXPECT_EQ(collectors[0].attempts, 2U);
  EXPECT_EQ(collectors[1].attempts, 1U);
  EXPECT_EQ(collectors[1].verdict, Verdict::Acked);
  EXPECT_EQ(collectors[2].attempts, 2U);
  EXPECT_EQ(collectors[2].verdict, Verdict::Consumed);
}

}  // namespace
}  // namespace vrni2syslog
