#include "base/backoff.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

struct BackoffCase {
  const char* name;
  int attempt;
  milliseconds floor;
  double random;
  milliseconds expected;
};

class BackoffDelay : public testing::TestWithParam<BackoffCase> {};

TEST_P(BackoffDelay, IsTheJitteredExponentialAboveTheFloor) {
  const BackoffPolicy policy{milliseconds(500), milliseconds(30'000)};
  const BackoffCase& row = GetParam();
  EXPECT_EQ(backoff_delay(policy, row.attempt, row.floor, row.random), row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BackoffDelay,
    testing::Values(BackoffCase{"NoJitterNoWait", 1, milliseconds(0), 0.0, milliseconds(0)},
                    BackoffCase{"FirstAttempt", 1, milliseconds(0), 0.5, milliseconds(250)},
                    BackoffCase{"DoublesPerAttempt", 4, milliseconds(0), 0.5, milliseconds(2000)},
                    BackoffCase{"IsCapped", 20, milliseconds(0), 0.5, milliseconds(15'000)},
                    BackoffCase{"ManyAttemptsDoNotOverflow", 1'000'000, milliseconds(0), 0.5,
                                milliseconds(15'000)},
                    BackoffCase{"JitterIsAddedToRetryAfter", 1, milliseconds(7000), 0.5,
                                milliseconds(7250)}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
