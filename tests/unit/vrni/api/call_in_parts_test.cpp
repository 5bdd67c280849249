#include "vrni/api/call_in_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Calls for 0 to `count` - 1, of which `bad` cannot be had.
struct PartsOf {
  PartsOf(int count, std::set<int> bad, std::size_t smallest = 1) {
    std::vector<int> items(static_cast<std::size_t>(count));
    std::iota(items.begin(), items.end(), 0);
    outcome = call_in_parts<int>(
        items, failing,
        [&](std::span<const int> some) {
          ++calls;
          for (const int item : some) {
            if (bad.contains(item))
              return CallOutcome::failure({AnswerKind::Rejected, 400, Error(Fault::Data, "no")});
          }
          had.insert(had.end(), some.begin(), some.end());
          return CallOutcome::success();
        },
        smallest);
  }

  int calls = 0;
  std::vector<int> had;
  std::vector<int> failing;
  CallOutcome outcome = CallOutcome::success();
};

TEST(CallInParts, DoesNotDivideACallThatIsForbiddenAsAWhole) {
  const std::vector<int> items{1, 2, 3};
  std::vector<int> failing;
  int calls = 0;
  const CallOutcome outcome = call_in_parts<int>(items, failing, [&](std::span<const int>) {
    ++calls;
    return CallOutcome::failure({AnswerKind::Forbidden, 403, Error(Fault::LoginRefused, "no")});
  });
  EXPECT_FALSE(outcome);
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(failing, IsEmpty());
}

TEST(CallInParts, AsksOnceWhereNothingFails) {
  const PartsOf parts(1000, {});
  EXPECT_EQ(parts.calls, 1);
  EXPECT_EQ(parts.had.size(), 1000U);
}

TEST(CallInParts, LosesOnlyWhatFails) {
  const PartsOf parts(1000, {0, 777, 999});
  EXPECT_TRUE(parts.outcome);
  EXPECT_THAT(parts.failing, ElementsAre(0, 777, 999));
  EXPECT_EQ(parts.had.size(), 997U);
  EXPECT_LT(parts.calls, 70);
}

TEST(CallInParts, LosesThePartThatIsNotDivided) {
  const PartsOf parts(1000, {0, 999}, 125);
  EXPECT_TRUE(parts.outcome);
  EXPECT_EQ(parts.failing.size(), 250U);
  EXPECT_EQ(parts.had.size(), 750U);
  EXPECT_LT(parts.calls, 12);
}

TEST(CallInParts, AsksForNothingByNoCall) {
  EXPECT_EQ(PartsOf(0, {}).calls, 0);
}

TEST(CallInParts, GivesUpWhereTooManyFail) {
  std::set<int> all;
  for (int i = 0; i < 1000; ++i) all.insert(i);
  const PartsOf parts(1000, all);
  EXPECT_FALSE(parts.outcome);
  EXPECT_THAT(parts.had, IsEmpty());
  EXPECT_LT(parts.calls, 40);
}

}  // namespace
}  // namespace vrni2syslog
