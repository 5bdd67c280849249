#include "delivery/sent/sent_policy.h"

#include "flow_fixture.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr FlowFacts kFacts{1, 2, 3};
constexpr FlowFacts kOtherFacts{1, 2, 4};

struct SentCase {
  const char* name;
  seconds since;  ///< from the unit for which the flow was sent last to the one of now
  FlowFacts facts;
  bool was_sent_before;
};

class SentPolicyTable : public testing::TestWithParam<SentCase> {};

TEST_P(SentPolicyTable, Decides) {
  const SentFlow last{kFacts, hour(0)};
  EXPECT_EQ(was_sent_before(last, GetParam().facts, hour(0) + GetParam().since, hours(24)),
            GetParam().was_sent_before);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SentPolicyTable,
    testing::Values(SentCase{"TheSameUnitAgain", seconds(0), kFacts, true},
                    SentCase{"TheNextUnit", hours(1), kFacts, true},
                    SentCase{"TheLastMoment", hours(24) - seconds(1), kFacts, true},
                    SentCase{"ExactlyThen", hours(24), kFacts, false},
                    SentCase{"LongAfter", hours(2400), kFacts, false},
                    SentCase{"AnOlderUnit", seconds(-1), kFacts, false},
                    SentCase{"ChangedInTheSameUnit", seconds(0), kOtherFacts, false},
                    SentCase{"ChangedLater", hours(1), kOtherFacts, false}),
    [](const auto& row) { return row.param.name; });

TEST(SentPolicy, KeepsWhatIsOfUse) {
  const hours year = kTimeUntilNewAgain;
  for (const std::optional<seconds>& repeat_after :
       {std::optional<seconds>(), {hours(24)}, {2 * year}}) {
    const SentFlow forgotten{kFacts, newest_forgotten(hour(100), repeat_after)};
    const SentFlow kept{kFacts, forgotten.unit_start + seconds(1)};
    const auto is_of_use = [&](const SentFlow& last) {
      const bool may_be_left_out =
          repeat_after && was_sent_before(last, kFacts, hour(100), *repeat_after);
      return may_be_left_out || !is_new(last, hour(100));
    };
    EXPECT_FALSE(is_of_use(forgotten));
    EXPECT_TRUE(is_of_use(kept));
  }
}

TEST(SentPolicy, AFlowIsNewIfItWasNeverSentOrNotForAYear) {
  EXPECT_TRUE(is_new(std::nullopt, hour(100)));
  const auto sent_before = [](seconds time) { return SentFlow{kFacts, hour(100) - time}; };
  EXPECT_FALSE(is_new(sent_before(seconds(0)), hour(100)));
  EXPECT_FALSE(is_new(sent_before(kTimeUntilNewAgain - seconds(1)), hour(100)));
  EXPECT_TRUE(is_new(sent_before(kTimeUntilNewAgain), hour(100)));
  EXPECT_FALSE(is_new(sent_before(hours(-5)), hour(100))) << "an older unit is filled in";
}

}  // namespace
}  // namespace vrni2syslog
