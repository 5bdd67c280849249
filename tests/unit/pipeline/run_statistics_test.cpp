#include "pipeline/run_statistics.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(UnitCoverage, IsWhatTheUnitAdded) {
  RunStatistics before;
  before.units_done = 1;
  before.lines = 10;
  before.left_out = 1;
  before.source.announced = 11;
  before.source.received = 11;
  before.source.partial = 2;
  before.source.searches = 3;
  RunStatistics after;
  after.units_done = 2;
  after.lines = 14;
  after.left_out = 3;
  after.source.announced = 18;
  after.source.received = 17;
  after.source.partial = 3;
  after.source.searches = 8;
  const TimeWindow unit{UnixSeconds(std::chrono::seconds(0)),
                        UnixSeconds(std::chrono::seconds(60))};
  const UnitCoverage coverage = coverage_of(unit, before, after);
  EXPECT_EQ(coverage.unit, unit);
  EXPECT_TRUE(coverage.is_done);
  EXPECT_EQ(coverage.announced, 7U);
  EXPECT_EQ(coverage.received, 6U);
  EXPECT_EQ(coverage.left_out, 2U);
  EXPECT_EQ(coverage.partial, 1U);
  EXPECT_EQ(coverage.lines, 4U);
  EXPECT_EQ(coverage.searches, 5U);
  EXPECT_FALSE(coverage_of(unit, before, before).is_done);
}

TEST(UnitCoverage, IsThatOfTheLastAttemptAtAUnit) {
  std::vector<UnitCoverage> coverage;
  UnitCoverage attempt;
  for (const std::uint64_t lines : {3U, 7U}) {
    attempt.lines = lines;
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
  EXPECT_EQ(coverage[0].lines, 7U);
  EXPECT_TRUE(coverage[0].is_done);
  EXPECT_FALSE(coverage[1].is_done);
}

}  // namespace
}  // namespace vrni2syslog
