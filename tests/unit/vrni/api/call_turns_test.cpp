#include "vrni/api/call_turns.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSearch = "/search";

class CallTurnsTest : public testing::Test {
 protected:
  void end(AnswerKind kind, SteadyTime sent) {
    turns_.on_end(kind, kSearch, milliseconds(100), sent, now_);
  }

  CallTurns turns_{4};
  SteadyTime now_{seconds(1000)};
};

TEST_F(CallTurnsTest, LetAsManyGoAsTheLimitAllows) {
  EXPECT_TRUE(turns_.may_start(now_, 0));
  turns_.on_start(now_);
  EXPECT_TRUE(turns_.may_start(now_, 1)) << "without a pause between them";
  EXPECT_FALSE(turns_.may_start(now_, 2));
}

TEST_F(CallTurnsTest, KeepADistanceAfterA429FromTheLastStartOn) {
  turns_.on_start(now_);
  now_ += seconds(1);
  end(AnswerKind::Throttled, now_ - seconds(1));
  EXPECT_TRUE(turns_.may_start(now_, 0)) << "the last request was a second ago";
  turns_.on_start(now_);
  EXPECT_FALSE(turns_.may_start(now_, 0));
  EXPECT_EQ(turns_.earliest_start(), now_ + milliseconds(100));
  EXPECT_TRUE(turns_.may_start(now_ + milliseconds(100), 0));
}

TEST_F(CallTurnsTest, TakeComplaintsOfOneMomentForOne) {
  for (int i = 0; i < 50; ++i) end(AnswerKind::Success, now_);
  ASSERT_EQ(turns_.concurrency(), 4U);
  const SteadyTime sent = now_;
  now_ += seconds(1);
  for (int i = 0; i < 4; ++i) end(AnswerKind::Throttled, sent);
  EXPECT_EQ(turns_.concurrency(), 2U);
  turns_.on_start(now_);
  EXPECT_EQ(turns_.earliest_start(), now_ + milliseconds(100));
  end(AnswerKind::Throttled, now_);
  EXPECT_EQ(turns_.concurrency(), 1U);
}

TEST_F(CallTurnsTest, TellComplaintsFromFaultsOfTheCall) {
  for (int i = 0; i < 50; ++i) end(AnswerKind::Success, now_);
  for (const AnswerKind kind : {AnswerKind::Rejected, AnswerKind::Unauthorized,
                                AnswerKind::Unreadable, AnswerKind::Forbidden}) {
    end(kind, now_ += seconds(1));
    EXPECT_EQ(turns_.concurrency(), 4U);
  }
  for (const AnswerKind kind :
       {AnswerKind::Throttled, AnswerKind::Busy, AnswerKind::ServerError, AnswerKind::TimedOut,
        AnswerKind::CutOff, AnswerKind::CannotConnect}) {
    for (int i = 0; i < 50; ++i) end(AnswerKind::Success, now_);
    end(kind, now_ += seconds(1));
    EXPECT_EQ(turns_.concurrency(), 2U) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace vrni2syslog
