#include "vrni/api/pacing.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

TEST(Pacing, DoesNotPauseUntilThePlatformComplains) {
  Pacing pacing;
  pacing.on_success();
  EXPECT_EQ(pacing.pause(), milliseconds(0));
}

TEST(Pacing, DoublesThePauseUpToSeconds) {
  Pacing pacing;
  pacing.on_throttled();
  EXPECT_EQ(pacing.pause(), milliseconds(100));
  pacing.on_throttled();
  EXPECT_EQ(pacing.pause(), milliseconds(200));
  for (int i = 0; i < 20; ++i) pacing.on_throttled();
  EXPECT_EQ(pacing.pause(), milliseconds(5'000));
}

TEST(Pacing, ForgetsThePauseSlowly) {
  Pacing pacing;
  pacing.on_throttled();
  pacing.on_success();
  EXPECT_EQ(pacing.pause(), milliseconds(95));
  for (int i = 0; i < 100; ++i) pacing.on_success();
  EXPECT_EQ(pacing.pause(), milliseconds(0));
}

}  // namespace
}  // namespace vrni2syslog
