#include "transport/net/progress_watch.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ProgressWatches : public testing::Test {
 protected:
  [[nodiscard]] bool is_stuck_after(milliseconds time) {
    now_ += time;
    return watch_.is_stuck(now_);
  }

  SteadyTime now_{std::chrono::hours(1)};
  ProgressWatch watch_{seconds(60), now_};
};

TEST_F(ProgressWatches, EndAtTheLimitWhereNothingIsTaken) {
  watch_.observe(1000, now_);
  EXPECT_FALSE(is_stuck_after(milliseconds(59'999)));
  watch_.observe(1000, now_);
  EXPECT_TRUE(is_stuck_after(milliseconds(1)));
}

TEST_F(ProgressWatches, GoOnAsLongAsAByteIsTaken) {
  for (std::size_t left = 1000; left > 990; --left) {
    watch_.observe(left, now_);
    EXPECT_FALSE(is_stuck_after(seconds(59)));
  }
}

TEST_F(ProgressWatches, StartAgainWithOtherProgress) {
  watch_.observe(1000, now_);
  EXPECT_FALSE(is_stuck_after(seconds(59)));
  watch_.restart(now_);
  watch_.observe(2000, now_);
  EXPECT_FALSE(is_stuck_after(seconds(59)));
  watch_.observe(2000, now_);
  EXPECT_TRUE(is_stuck_after(seconds(1)));
}

TEST_F(ProgressWatches, GoOnWhereWhatWasTakenIsFilledUpAtOnce) {
  watch_.observe(1000, now_);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(is_stuck_after(seconds(59)));
    watch_.observe(900, now_);
    watch_.observe(1000, now_);
  }
  EXPECT_TRUE(is_stuck_after(seconds(60)));
}

TEST_F(ProgressWatches, LookEverySecondAndNeverBeyondTheLimit) {
  EXPECT_EQ(watch_.next_look(now_), now_ + seconds(1));
  EXPECT_EQ(watch_.next_look(now_ + milliseconds(59'900)), now_ + seconds(60));
  const ProgressWatch hasty(milliseconds(100), now_);
  EXPECT_EQ(hasty.next_look(now_), now_ + milliseconds(10));
}

}  // namespace
}  // namespace vrni2syslog
