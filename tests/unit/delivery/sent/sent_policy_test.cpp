#include "delivery/sent/sent_policy.h"

#include "flow_fixture.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr FlowFacts kFacts{1, 2, 3};
constexpr FlowFacts kOtherFacts{1, 2, 4};

struct RepeatCase {
  const char* name;
  seconds since;  ///< from the unit for which the flow was sent last to the one of now
  FlowFacts facts;
  bool was_sent_before;
};

class RepeatPolicyTable : public testing::TestWithParam<RepeatCase> {};

TEST_P(RepeatPolicyTable, Decides) {
  const SentPolicy policy(hours(24));
  const SentFlow last{kFacts, hour(0)};
  EXPECT_EQ(policy.was_sent_before(last, GetParam().facts, hour(0) + GetParam().since),
            GetParam().was_sent_before);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RepeatPolicyTable,
    testing::Values(RepeatCase{"TheSameUnitAgain", seconds(0), kFacts, true},
                    RepeatCase{"TheNextUnit", hours(1), kFacts, true},
                    RepeatCase{"TheLastMoment", hours(24) - seconds(1), kFacts, true},
                    RepeatCase{"ExactlyThen", hours(24), kFacts, false},
                    RepeatCase{"LongAfter", hours(2400), kFacts, false},
                    RepeatCase{"AnOlderUnit", seconds(-1), kFacts, false},
                    RepeatCase{"ChangedInTheSameUnit", seconds(0), kOtherFacts, false},
                    RepeatCase{"ChangedLater", hours(1), kOtherFacts, false}),
    [](const auto& row) { return row.param.name; });

TEST(SentPolicy, KeepsWhatIsOfUse) {
  const SentPolicy policy(hours(24));
  const UnixSeconds expired = policy.newest_expired(hour(100));
  EXPECT_FALSE(policy.was_sent_before({kFacts, expired}, kFacts, hour(100)));
  EXPECT_TRUE(policy.was_sent_before({kFacts, expired + seconds(1)}, kFacts, hour(100)));
}

}  // namespace
}  // namespace vrni2syslog
