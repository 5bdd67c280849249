#include "vrni/api/failure_budget.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(FailureBudget, IsSpentByFailedCalls) {
  FailureBudget budget;
  for (std::size_t i = 1; i < FailureBudget::kMaxFailedCalls; ++i) budget.on_failed_call();
  EXPECT_FALSE(budget.is_spent());
  budget.on_failed_call();
  EXPECT_TRUE(budget.is_spent());
}

TEST(FailureBudget, LooksForSingleItemsUntilABatchHadSome) {
  FailureBudget budget;
  EXPECT_EQ(budget.smallest_part(1000), 1U);
  budget.on_batch(0);
  EXPECT_EQ(budget.smallest_part(1000), 1U);
  budget.on_batch(1);
  budget.on_batch(0);
  EXPECT_EQ(budget.smallest_part(1000), 125U);
  EXPECT_EQ(budget.smallest_part(7), 1U);
}

}  // namespace
}  // namespace vrni2syslog
