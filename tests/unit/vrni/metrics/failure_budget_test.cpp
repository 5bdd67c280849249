#include "vrni/metrics/failure_budget.h"

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

TEST(FailureBudget, IsRenewedByAUsefulBatch) {
  FailureBudget budget;
  for (int batch = 0; batch < 3; ++batch) {
    for (std::size_t i = 1; i < FailureBudget::kMaxFailedCalls; ++i) budget.on_failed_call();
    EXPECT_FALSE(budget.is_spent());
    budget.on_useful_batch();
  }
}

TEST(FailureBudget, IsSpentByThreeVainBatchesInARow) {
  FailureBudget budget;
  budget.on_vain_batch();
  budget.on_useful_batch();
  budget.on_vain_batch();
  budget.on_vain_batch();
  EXPECT_FALSE(budget.is_spent());
  budget.on_vain_batch();
  EXPECT_TRUE(budget.is_spent());
}

TEST(FailureBudget, LooksForSingleFlowsUntilACallHadSome) {
  FailureBudget budget;
  EXPECT_EQ(budget.smallest_part(1000), 1U);
  budget.on_call_in_parts(0);
  EXPECT_EQ(budget.smallest_part(1000), 1U);
  budget.on_call_in_parts(1);
  budget.on_call_in_parts(0);
  EXPECT_EQ(budget.smallest_part(1000), 125U);
  EXPECT_EQ(budget.smallest_part(7), 1U);
}

}  // namespace
}  // namespace vrni2syslog
