#include "vrni/metrics/metric_limits.h"

#include <gtest/gtest.h>

#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

/// Stamps 0, 1800 and so on.
const MetricRange kDay{UnixSeconds(), seconds(1800), 48};

/// A flow with points from one number to another, without the latter.
[[nodiscard]] MetricSum flow(std::size_t from, std::size_t to) {
  MetricSum result{.id = "x", .sum = {}};
  for (std::size_t i = from; i < to; ++i) static_cast<void>(result.sum.add("1"));
  result.points = to - from;
  if (result.points == 0) return result;
  result.first = kDay.first + kDay.interval * static_cast<std::int64_t>(from);
  result.last = kDay.first + kDay.interval * static_cast<std::int64_t>(to - 1);
  return result;
}

TEST(MetricLimits, AsksAgainForWhatTheFirstShortAnswerLeavesOut) {
  struct Case {
    std::size_t asked, absent, again;
  };
  for (const Case& row : {Case{1000, 900, 100},
                          {1000, 0, 0},
                          {1000, 1, 1},
                          {1000, 1000, 8},
                          {1000, 999, 8},
                          {9, 9, 8},
                          {8, 8, 0},
                          {3, 1, 0}})
    EXPECT_EQ(MetricLimits().ids_to_repeat(row.asked, row.absent), row.again) << row.absent;
}

TEST(MetricLimits, AsksForFewerFlowsIfAnswersAreCut) {
  struct Case {
    std::size_t asked, absent, most;
  };
  for (const Case& row : {Case{1000, 900, 100}, {1000, 1000, 500}, {1000, 995, 8}, {10, 10, 8}}) {
    MetricLimits limits;
    EXPECT_EQ(limits.most_ids(), 1000U);
    limits.on_cut_ids(row.asked, row.absent);
    EXPECT_EQ(limits.most_ids(), row.most);
    EXPECT_TRUE(limits.is_absence_unclear());
    EXPECT_GT(limits.ids_to_repeat(100, 50), 0U) << "every short answer is suspicious now";
  }
}

TEST(MetricLimits, TakesAFlowThatIsLeftOutForOneWithoutData) {
  MetricLimits limits;
  limits.learn_from_answer(kDay, std::vector(400, flow(0, 48)));
  limits.on_ids_without_data();
  EXPECT_EQ(limits.most_ids(), 1000U);
  EXPECT_FALSE(limits.is_absence_unclear());
  EXPECT_EQ(limits.ids_to_repeat(1000, 700), 0U) << "there were more results already";
  EXPECT_EQ(limits.ids_to_repeat(1000, 1000), 0U);
  EXPECT_GT(limits.ids_to_repeat(1000, 600), 0U);
  EXPECT_GT(limits.ids_to_repeat(1000, 500), 0U);
}

TEST(MetricLimits, DoesNotKnowWhetherItHasDataIfOthersHaveEmptyLists) {
  MetricLimits limits;
  limits.learn_from_answer(kDay, std::vector{flow(0, 3)});
  EXPECT_FALSE(limits.is_absence_unclear());
  limits.learn_from_answer(kDay, std::vector{flow(0, 3), flow(0, 0)});
  EXPECT_TRUE(limits.is_absence_unclear());
}

TEST(MetricLimits, SuspectsPointsThatEndTogether) {
  struct Case {
    const char* what;
    std::vector<MetricSum> results;
    bool may_lack;
  };
  for (const Case& row : {
           Case{"no flow", {}, false},
           {"all points", {flow(0, 48), flow(0, 48)}, false},
           {"cut at the end", {flow(0, 20), flow(5, 25), flow(3, 4)}, true},
           {"cut at the beginning", {flow(28, 48), flow(28, 48)}, true},
           {"one reaches the bounds", {flow(0, 20), flow(0, 20), flow(28, 48)}, true},
           {"different numbers", {flow(0, 20), flow(0, 21)}, false},
           {"one flow alone", {flow(0, 20)}, true},
           {"few points", {flow(0, 9), flow(0, 9)}, false},
       }) {
    EXPECT_EQ(MetricLimits().may_lack_points(kDay, row.results), row.may_lack) << row.what;
  }
}

TEST(MetricLimits, TrustsAnswersWithFewerPointsThanAnotherHad) {
  MetricLimits limits;
  limits.learn_from_answer(kDay, std::vector{flow(0, 21)});
  EXPECT_FALSE(limits.may_lack_points(kDay, std::vector{flow(0, 20), flow(0, 20)}));
  EXPECT_TRUE(limits.may_lack_points(kDay, std::vector{flow(0, 21), flow(0, 21)}));
}

TEST(MetricLimits, AsksForFewerPointsIfTheHalvesHaveMore) {
  MetricLimits limits;
  limits.on_fewer_points(20);
  EXPECT_EQ(limits.most_points(), 20U);
  limits.on_fewer_points(30);
  EXPECT_EQ(limits.most_points(), 20U);
}

TEST(MetricLimits, GivesUpLookingForCutPoints) {
  MetricLimits limits;
  const std::vector suspects{flow(0, 20), flow(0, 20)};
  int checks = 0;
  for (; checks < 100 && limits.may_lack_points(kDay, suspects); ++checks)
    limits.on_complete_points();
  EXPECT_EQ(checks, 8);
  EXPECT_EQ(limits.most_points(), kMaxPointsPerCall);
}

TEST(MetricLimits, KnowsWhatHasSucceeded) {
  MetricLimits limits;
  EXPECT_FALSE(limits.has_had(48));
  limits.learn_from_answer(kDay, {});
  EXPECT_TRUE(limits.has_had(48));
  EXPECT_FALSE(limits.has_had(49));
}

}  // namespace
}  // namespace vrni2syslog
