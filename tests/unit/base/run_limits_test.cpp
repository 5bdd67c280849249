#include "base/run_limits.h"

#include "support/error_of.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

const SteadyTime kNow{seconds(100)};

TEST(RunLimits, EndARunThatIsStopped) {
  std::stop_source stop;
  RunLimits limits;
  limits.stop = stop.get_token();
  EXPECT_FALSE(has_run_ended(limits, kNow));
  EXPECT_NO_THROW(throw_if_ended(limits, kNow, "waiting for the platform"));
  stop.request_stop();
  EXPECT_TRUE(has_run_ended(limits, kNow));
  const Error error = error_of([&] { throw_if_ended(limits, kNow, "waiting for the platform"); });
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_STREQ(error.what(), "stopped while waiting for the platform");
}

TEST(RunLimits, EndARunAtItsDeadline) {
  RunLimits limits;
  limits.deadline = kNow;
  EXPECT_FALSE(has_run_ended(limits, kNow - seconds(1)));
  EXPECT_TRUE(has_run_ended(limits, kNow));
  const Error error = error_of([&] { throw_if_ended(limits, kNow, "reading the capture"); });
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_STREQ(error.what(), "the deadline has passed while reading the capture");
}

}  // namespace
}  // namespace vrni2syslog
