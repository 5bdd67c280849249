#include "delivery/delivery_plan.h"

#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

const SteadyTime kNow{std::chrono::hours(1)};
const Error kFailure(Fault::Unreachable, "refused");

[[nodiscard]] TimeWindow unit(int number) {
  return {hour(number), hour(number + 1)};
}

[[nodiscard]] DeliveryStep step(const TimeWindow& window, std::vector<std::size_t> collectors) {
  return {window, std::move(collectors)};
}

TEST(DeliveryPlan, SendsUnitByUnitToAll) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0), hour(0)});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(plan.units_done(), static_cast<std::size_t>(i));
    EXPECT_EQ(plan.next(kNow), step(unit(i), {0, 1}));
    plan.confirm(0);
    plan.confirm(1);
  }
  EXPECT_EQ(plan.next(kNow), std::nullopt);
  EXPECT_EQ(plan.next_due(), std::nullopt);
  EXPECT_EQ(plan.units_done(), 2U);
}

TEST(DeliveryPlan, LeavesOutWhoHasAUnitAlready) {
  DeliveryPlan plan({unit(0), unit(1), unit(2)}, {hour(2), hour(0)});
  EXPECT_EQ(plan.next(kNow), step(unit(0), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step(unit(2), {0, 1}));
}

TEST(DeliveryPlan, CutsAUnitThatAWatermarkDivides) {
  DeliveryPlan plan({{hour(0), hour(4)}}, {hour(1), hour(0), hour(3), hour(1)});
  EXPECT_EQ(plan.unit_count(), 3U);
  EXPECT_EQ(plan.next(kNow), step(unit(0), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step({hour(1), hour(3)}, {0, 1, 3}));
  for (const std::size_t collector : {0U, 1U, 3U}) plan.confirm(collector);
  EXPECT_EQ(plan.next(kNow), step(unit(3), {0, 1, 2, 3}));
}

TEST(DeliveryPlan, BeginsWithWhatIsOwed) {
  DeliveryPlan plan({unit(5)}, {hour(5), hour(5)}, {{unit(1)}, {unit(0), unit(1)}});
  EXPECT_EQ(plan.unit_count(), 3U);
  EXPECT_EQ(plan.next(kNow), step(unit(0), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0, 1}));
  plan.confirm(0);
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step(unit(5), {0, 1}));
}

TEST(DeliveryPlan, GoesOnBehindAUnitThatCannotBeHad) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0)});
  plan.pass_over(0);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0}));
  plan.confirm(0);
  EXPECT_EQ(plan.next_due(), std::nullopt);
  EXPECT_EQ(plan.units_done(), 1U);
}

TEST(DeliveryPlan, HasNothingForWhoHasEverything) {
  const DeliveryPlan plan({unit(0)}, {hour(1), hour(5)});
  EXPECT_EQ(plan.next_due(), std::nullopt);
  EXPECT_EQ(plan.units_done(), 1U);
}

TEST(DeliveryPlan, LetsTheOthersGoOnWhileOneWaits) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0), hour(0)});
  plan.confirm(0);
  plan.postpone(1, kNow + seconds(5), kFailure);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0}));
  plan.confirm(0);
  EXPECT_EQ(plan.next(kNow), std::nullopt);
  EXPECT_EQ(plan.next_due(), kNow + seconds(5));
  EXPECT_EQ(plan.next(kNow + seconds(5)), step(unit(0), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow + seconds(5)), step(unit(1), {1}));
}

TEST(DeliveryPlan, TakesTheOldestUnitFirst) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0), hour(0)});
  plan.confirm(0);
  plan.postpone(1, kNow, kFailure);
  EXPECT_EQ(plan.next(kNow), step(unit(0), {1}));
  plan.confirm(1);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0, 1})) << "together again";
}

TEST(DeliveryPlan, SendsNothingMoreToWhoWasGivenUp) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0), hour(0)});
  plan.confirm(0);
  plan.give_up(1, kFailure);
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0}));
  plan.confirm(0);
  EXPECT_EQ(plan.next_due(), std::nullopt);
  EXPECT_EQ(plan.units_done(), 0U);
}

TEST(DeliveryPlan, CountsTheFailuresInARow) {
  DeliveryPlan plan({unit(0), unit(1)}, {hour(0), hour(0)});
  EXPECT_FALSE(plan.last_failure(1));
  for (int attempts = 1; attempts <= 2; ++attempts) {
    EXPECT_EQ(plan.fail(1), attempts);
    EXPECT_EQ(plan.failed_attempts(1), attempts);
    plan.postpone(1, kNow, kFailure);
    EXPECT_STREQ(plan.last_failure(1).value().what(), "refused");
  }
  EXPECT_EQ(plan.failed_attempts(0), 0);
  plan.confirm(1);
  EXPECT_FALSE(plan.last_failure(1));
  EXPECT_EQ(plan.fail(1), 1);
}

TEST(DeliveryPlan, KnowsWhyCollectorsWereGivenUp) {
  DeliveryPlan plan({unit(0)}, {hour(0), hour(0), hour(0)});
  EXPECT_TRUE(plan.reasons_of_giving_up().empty());
  plan.give_up(2, Error(Fault::Refused, "certificate"));
  plan.give_up(0, kFailure);
  ASSERT_EQ(plan.reasons_of_giving_up().size(), 2U);
  EXPECT_STREQ(plan.reasons_of_giving_up()[0].what(), "refused");
  EXPECT_EQ(plan.reasons_of_giving_up()[1].fault(), Fault::Refused);
}

TEST(DeliveryPlan, KnowsWhichUnitsComeNextIfAllGoesWell) {
  DeliveryPlan plan({unit(0), unit(1), unit(2)}, {hour(0), hour(0)});
  EXPECT_THAT(plan.units_after(*plan.next(kNow), kNow, 9), ElementsAre(unit(1), unit(2)));
  EXPECT_THAT(plan.units_after(*plan.next(kNow), kNow, 1), ElementsAre(unit(1)));
  EXPECT_EQ(plan.next(kNow), step(unit(0), {0, 1})) << "nothing has changed";
  plan.confirm(0);
  plan.postpone(1, kNow + seconds(5), kFailure);
  EXPECT_THAT(plan.units_after(*plan.next(kNow), kNow, 9), ElementsAre(unit(2)))
      << "the other one waits";
  EXPECT_THAT(plan.units_after(*plan.next(kNow), kNow + seconds(5), 9),
              ElementsAre(unit(0), unit(1), unit(2)));
}

TEST(DeliveryPlan, NamesAUnitTwiceThatOneIsOwedAndAnotherOneHasStillToGet) {
  DeliveryPlan plan({unit(0), unit(1), unit(2)}, {hour(3), hour(0)}, {{unit(1), unit(2)}, {}});
  EXPECT_EQ(plan.next(kNow), step(unit(1), {0}));
  EXPECT_THAT(plan.units_after(*plan.next(kNow), kNow, 9),
              ElementsAre(unit(2), unit(0), unit(1), unit(2)));
  plan.confirm(0);
  EXPECT_EQ(plan.units_done(), 1U);
  EXPECT_FALSE(plan.is_done(unit(1))) << "the other one has not got it";
  for (int confirmed = 0; confirmed < 2; ++confirmed) plan.confirm(1);
  EXPECT_TRUE(plan.is_done(unit(1)));
  EXPECT_FALSE(plan.is_done(unit(2)));
}

}  // namespace
}  // namespace vrni2syslog
