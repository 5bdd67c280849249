#include "base/clock.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(SystemClock, DoesNotWaitForATimeThatHasPassed) {
  const SteadyTime before = system_clock().steady_now();
  system_clock().sleep_until(before - std::chrono::hours(1), {});
  EXPECT_LT(system_clock().steady_now() - before, std::chrono::minutes(1));
}

TEST(SystemClock, IsWokenByARequestToStop) {
  Clock& clock = system_clock();
  std::stop_source stop;
  stop.request_stop();
  const SteadyTime end_of_time = clock.steady_now() + std::chrono::hours(24);
  clock.sleep_until(end_of_time, stop.get_token());
  EXPECT_LT(clock.steady_now(), end_of_time);
}

}  // namespace
}  // namespace vrni2syslog
