#include "base/outcome.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Outcome, IsTrueIfItWentWell) {
  EXPECT_TRUE(Outcome::success());
}

TEST(Outcome, IsFalseIfItFailedAndTellsWhatIsWrong) {
  const Outcome outcome = Outcome::failure("there is no format in it");
  EXPECT_FALSE(outcome);
  EXPECT_EQ(outcome.problem(), "there is no format in it");
}

TEST(Outcome, IsAFailureEvenIfNothingIsSaidOfIt) {
  EXPECT_FALSE(Outcome::failure(""));
}

TEST(Outcome, CanHoldAProblemOfAnotherType) {
  const auto outcome = BasicOutcome<int>::failure(404);
  EXPECT_FALSE(outcome);
  EXPECT_EQ(outcome.problem(), 404);
}

}  // namespace
}  // namespace vrni2syslog
