#include "vrni/api/concurrency_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

void answer_many(ConcurrencyLimit& limit, int answers, milliseconds latency = milliseconds(100)) {
  for (int i = 0; i < answers; ++i) limit.on_answer("/search", latency);
}

TEST(ConcurrencyLimit, BeginsWithTwoAndRisesByOneForEachRound) {
  ConcurrencyLimit limit(5);
  std::vector<std::size_t> values;
  for (int i = 0; i < 20; ++i) {
    values.push_back(limit.value());
    answer_many(limit, 1);
  }
  EXPECT_EQ(values,
            (std::vector<std::size_t>{2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}));
}

TEST(ConcurrencyLimit, NeverExceedsWhatTheUserAllows) {
  ConcurrencyLimit limit(1);
  EXPECT_EQ(limit.value(), 1U);
  answer_many(limit, 100);
  EXPECT_EQ(limit.value(), 1U);
}

TEST(ConcurrencyLimit, IsHalvedByAComplaintAndNeverNone) {
  ConcurrencyLimit limit(8);
  answer_many(limit, 100);
  EXPECT_EQ(limit.value(), 8U);
  for (const std::size_t expected : {4U, 2U, 1U, 1U}) {
    limit.on_complaint();
    EXPECT_EQ(limit.value(), expected);
  }
}

TEST(ConcurrencyLimit, RisesAgainAfterComplaints) {
  ConcurrencyLimit limit(3);
  limit.on_complaint();
  EXPECT_EQ(limit.value(), 1U);
  answer_many(limit, 1);
  EXPECT_EQ(limit.value(), 2U);
  answer_many(limit, 2);
  EXPECT_EQ(limit.value(), 3U);
}

TEST(ConcurrencyLimit, FallsToOneAndStaysThereWhileAnswersAreSlow) {
  ConcurrencyLimit limit(8);
  answer_many(limit, 100);
  ASSERT_EQ(limit.value(), 8U);
  std::vector<std::size_t> values;
  for (int i = 0; i < 40; ++i) {
    values.push_back(limit.value());
    answer_many(limit, 1, milliseconds(1000));
  }
  EXPECT_TRUE(std::ranges::is_sorted(values, std::greater<>())) << "never up in between";
  EXPECT_EQ(limit.value(), 1U);
  answer_many(limit, 100, milliseconds(1000));
  EXPECT_EQ(limit.value(), 1U);
  answer_many(limit, 100);
  EXPECT_EQ(limit.value(), 8U);
}

TEST(ConcurrencyLimit, IsLeftAloneByASingleSlowAnswer) {
  ConcurrencyLimit limit(4);
  answer_many(limit, 50);
  answer_many(limit, 1, milliseconds(1000));
  answer_many(limit, 3);
  EXPECT_EQ(limit.value(), 4U);
}

TEST(ConcurrencyLimit, ComparesEachOperationWithItself) {
  ConcurrencyLimit limit(4);
  answer_many(limit, 50);
  for (int i = 0; i < 50; ++i) limit.on_answer("/entities/fetch", milliseconds(5000));
  EXPECT_EQ(limit.value(), 4U);
}

}  // namespace
}  // namespace vrni2syslog
