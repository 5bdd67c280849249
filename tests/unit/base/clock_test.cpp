#include "base/clock.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(SystemClock, DoesNotWaitForATimeThatHasPassed) {
  SystemClock clock;
  clock.sleep_until(clock.steady_now() - std::chrono::hours(1), {});
  SUCCEED();
}

TEST(SystemClock, IsWokenByARequestToStop) {
  SystemClock clock;
  std::stop_source stop;
  stop.request_stop();
  const SteadyTime end_of_time = clock.steady_now() + std::chrono::hours(24);
  clock.sleep_until(end_of_time, stop.get_token());
  EXPECT_LT(clock.steady_now(), end_of_time);
}

}  // namespace
}  // namespace vrni2syslog
