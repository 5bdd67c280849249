#include "vrni/api/latency_trend.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// At which of `count` such answers the trend tells, from 1 on; 0 for none.
[[nodiscard]] int told_at(LatencyTrend& trend, milliseconds latency, int count) {
  for (int i = 1; i <= count; ++i) {
    if (trend.note(latency)) return i;
  }
  return 0;
}

TEST(LatencyTrend, IsSilentWhileAnswersTakeWhatTheyUsedTo) {
  LatencyTrend trend;
  EXPECT_EQ(told_at(trend, milliseconds(400), 1000), 0);
}

TEST(LatencyTrend, TellsWhenAnswersTakeMuchLonger) {
  LatencyTrend trend;
  EXPECT_EQ(told_at(trend, milliseconds(400), 50), 0);
  const int first = told_at(trend, milliseconds(2000), 50);
  EXPECT_GT(first, 1) << "one answer says nothing";
  EXPECT_LT(first, 5);
}

TEST(LatencyTrend, GoesOnTellingAsLongAsAnswersAreSlow) {
  LatencyTrend trend;
  (void)told_at(trend, milliseconds(400), 50);
  (void)told_at(trend, milliseconds(4000), 50);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(trend.note(milliseconds(4000))) << i;
  for (int i = 0; i < 10; ++i) (void)trend.note(milliseconds(400));
  EXPECT_EQ(told_at(trend, milliseconds(400), 100), 0);
}

TEST(LatencyTrend, GetsUsedToItInTheEnd) {
  LatencyTrend trend;
  (void)told_at(trend, milliseconds(400), 50);
  for (int i = 0; i < 1000; ++i) (void)trend.note(milliseconds(2000));
  EXPECT_EQ(told_at(trend, milliseconds(2000), 1000), 0);
}

TEST(LatencyTrend, DoesNotMindWhatIsFastAnyway) {
  LatencyTrend trend;
  EXPECT_EQ(told_at(trend, milliseconds(1), 50), 0);
  EXPECT_EQ(told_at(trend, milliseconds(40), 50), 0);
}

TEST(LatencyTrend, WaitsForSomeAnswers) {
  LatencyTrend trend;
  EXPECT_FALSE(trend.note(milliseconds(100)));
  EXPECT_EQ(told_at(trend, milliseconds(5000), 50), 7);
}

}  // namespace
}  // namespace vrni2syslog
