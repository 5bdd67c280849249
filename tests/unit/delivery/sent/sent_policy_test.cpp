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
  const UnixSeconds expired = newest_expired(hour(100), hours(24));
  EXPECT_FALSE(was_sent_before({kFacts, expired}, kFacts, hour(100), hours(24)));
  EXPECT_TRUE(was_sent_before({kFacts, expired + seconds(1)}, kFacts, hour(100), hours(24)));
}

}  // namespace
}  // namespace vrni2syslog
