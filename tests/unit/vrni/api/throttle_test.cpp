#include "vrni/api/throttle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSearch = "/search";
constexpr milliseconds kFast{100};

class ThrottleTest : public testing::Test {
 protected:
  ThrottleTest() = default;
  explicit ThrottleTest(std::size_t most) : throttle_(most) {}

  void end(AnswerKind kind, SteadyTime sent) { throttle_.on_end(kind, kSearch, kFast, sent, now_); }
  void answer_many(int answers, milliseconds latency = kFast,
                   std::string_view operation = kSearch) {
    for (int i = 0; i < answers; ++i)
      throttle_.on_end(AnswerKind::Success, operation, latency, now_, now_);
  }
  /// Of a request that was sent after the last complaint was known.
  void complain(AnswerKind kind = AnswerKind::Throttled) {
    now_ += seconds(1);
    end(kind, now_);
  }
  [[nodiscard]] milliseconds pause() {
    throttle_.on_start(now_);
    return std::chrono::duration_cast<milliseconds>(throttle_.earliest_start() - now_);
  }

  Throttle throttle_{4};
  SteadyTime now_{seconds(1000)};
};

TEST_F(ThrottleTest, LetsAsManyGoAsTheConcurrencyAllows) {
  EXPECT_TRUE(throttle_.may_start(now_, 0));
  throttle_.on_start(now_);
  EXPECT_TRUE(throttle_.may_start(now_, 2)) << "without a pause between them";
  EXPECT_FALSE(throttle_.may_start(now_, 3));
}

TEST_F(ThrottleTest, KeepsADistanceAfterA429FromTheLastStartOn) {
  throttle_.on_start(now_);
  now_ += seconds(1);
  end(AnswerKind::Throttled, now_ - seconds(1));
  EXPECT_TRUE(throttle_.may_start(now_, 0)) << "the last request was a second ago";
  throttle_.on_start(now_);
  EXPECT_FALSE(throttle_.may_start(now_, 0));
  EXPECT_EQ(throttle_.earliest_start(), now_ + milliseconds(100));
  EXPECT_TRUE(throttle_.may_start(now_ + milliseconds(100), 0));
}

TEST_F(ThrottleTest, TakesComplaintsOfOneMomentForOne) {
  answer_many(50);
  ASSERT_EQ(throttle_.concurrency(), 4U);
  const SteadyTime sent = now_;
  now_ += seconds(1);
  for (int i = 0; i < 4; ++i) end(AnswerKind::Throttled, sent);
  EXPECT_EQ(throttle_.concurrency(), 2U);
  EXPECT_EQ(pause(), milliseconds(100));
  end(AnswerKind::Throttled, now_);
  EXPECT_EQ(throttle_.concurrency(), 1U);
}

TEST_F(ThrottleTest, TellsComplaintsFromFaultsOfTheCall) {
  answer_many(50);
  for (const AnswerKind kind :
       {AnswerKind::Rejected, AnswerKind::Unauthorized, AnswerKind::Unreadable,
        AnswerKind::Undecodable, AnswerKind::Forbidden}) {
    complain(kind);
    EXPECT_EQ(throttle_.concurrency(), 4U);
  }
  for (const AnswerKind kind :
       {AnswerKind::Throttled, AnswerKind::Busy, AnswerKind::ServerError, AnswerKind::TimedOut,
        AnswerKind::CutOff, AnswerKind::CannotConnect}) {
    answer_many(50);
    complain(kind);
    EXPECT_EQ(throttle_.concurrency(), 2U) << static_cast<int>(kind);
  }
}

TEST_F(ThrottleTest, DoesNotPauseUntilThePlatformComplains) {
  answer_many(1);
  EXPECT_EQ(pause(), milliseconds(0));
}

TEST_F(ThrottleTest, PausesForNoComplaintButA429) {
  complain(AnswerKind::Busy);
  EXPECT_EQ(pause(), milliseconds(0));
}

TEST_F(ThrottleTest, DoublesThePauseUpToSeconds) {
  complain();
  EXPECT_EQ(pause(), milliseconds(100));
  complain();
  EXPECT_EQ(pause(), milliseconds(200));
  for (int i = 0; i < 20; ++i) complain();
  EXPECT_EQ(pause(), milliseconds(5'000));
}

TEST_F(ThrottleTest, ForgetsThePauseSlowly) {
  complain();
  answer_many(1);
  EXPECT_EQ(pause(), milliseconds(95));
  answer_many(100);
  EXPECT_EQ(pause(), milliseconds(0));
}

TEST_F(ThrottleTest, RisesAgainAfterComplaints) {
  complain();
  EXPECT_EQ(throttle_.concurrency(), 1U);
  answer_many(1);
  EXPECT_EQ(throttle_.concurrency(), 2U);
  answer_many(2);
  EXPECT_EQ(throttle_.concurrency(), 3U);
}

TEST_F(ThrottleTest, IsLeftAloneByASingleSlowAnswer) {
  answer_many(50);
  answer_many(1, milliseconds(1000));
  answer_many(3);
  EXPECT_EQ(throttle_.concurrency(), 4U);
}

TEST_F(ThrottleTest, ComparesEachOperationWithItself) {
  answer_many(50);
  answer_many(50, milliseconds(5000), "/entities/fetch");
  EXPECT_EQ(throttle_.concurrency(), 4U);
}

class ThrottleOfFive : public ThrottleTest {
 protected:
  ThrottleOfFive() : ThrottleTest(5) {}

  /// What is allowed before each of so many answers.
  [[nodiscard]] std::vector<std::size_t> concurrency_of_answers(int answers) {
    std::vector<std::size_t> values;
    for (int i = 0; i < answers; ++i) {
      values.push_back(throttle_.concurrency());
      answer_many(1);
    }
    return values;
  }
};

TEST_F(ThrottleOfFive, BeginsWithThreeAndRisesByOneForEachAnswer) {
  EXPECT_EQ(concurrency_of_answers(5), (std::vector<std::size_t>{3, 4, 5, 5, 5}));
}

TEST_F(ThrottleOfFive, RisesByOneForEachRoundOnceItHasFallen) {
  answer_many(50);
  complain();
  EXPECT_EQ(concurrency_of_answers(12),
            (std::vector<std::size_t>{2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5}));
}

class ThrottleOfOne : public ThrottleTest {
 protected:
  ThrottleOfOne() : ThrottleTest(1) {}
};

TEST_F(ThrottleOfOne, NeverExceedsWhatTheUserAllows) {
  EXPECT_EQ(throttle_.concurrency(), 1U);
  answer_many(100);
  EXPECT_EQ(throttle_.concurrency(), 1U);
}

class ThrottleOfEight : public ThrottleTest {
 protected:
  ThrottleOfEight() : ThrottleTest(8) {}

  /// The first of `count` such answers that is taken for slow, from 1 on; 0 for none. The fourth
  /// slow answer in a row lowers the concurrency.
  [[nodiscard]] int first_slow_of(int count, milliseconds latency) {
    for (int i = 1; i <= count; ++i) {
      const std::size_t before = throttle_.concurrency();
      answer_many(1, latency);
      if (throttle_.concurrency() < before) return i - 3;
    }
    return 0;
  }
};

TEST_F(ThrottleOfEight, IsHalvedByAComplaintAndNeverNone) {
  answer_many(100);
  EXPECT_EQ(throttle_.concurrency(), 8U);
  for (const std::size_t expected : {4U, 2U, 1U, 1U}) {
    complain();
    EXPECT_EQ(throttle_.concurrency(), expected);
  }
}

TEST_F(ThrottleOfEight, FallsToOneAndStaysThereWhileAnswersAreSlow) {
  answer_many(100);
  ASSERT_EQ(throttle_.concurrency(), 8U);
  std::vector<std::size_t> values;
  for (int i = 0; i < 40; ++i) {
    values.push_back(throttle_.concurrency());
    answer_many(1, milliseconds(1000));
  }
  EXPECT_TRUE(std::ranges::is_sorted(values, std::greater<>())) << "never up in between";
  EXPECT_EQ(throttle_.concurrency(), 1U);
  answer_many(100, milliseconds(1000));
  EXPECT_EQ(throttle_.concurrency(), 1U);
  answer_many(100);
  EXPECT_EQ(throttle_.concurrency(), 8U);
}

TEST_F(ThrottleOfEight, DoesNotFallWhileAnswersTakeAsLongAsUsual) {
  EXPECT_EQ(first_slow_of(1000, milliseconds(400)), 0);
}

TEST_F(ThrottleOfEight, NoticesWhenAnswersTakeMuchLonger) {
  EXPECT_EQ(first_slow_of(50, milliseconds(400)), 0);
  const int first = first_slow_of(50, milliseconds(2000));
  EXPECT_GT(first, 1) << "one answer says nothing";
  EXPECT_LT(first, 5);
}

TEST_F(ThrottleOfEight, StaysLowAsLongAsAnswersAreSlow) {
  answer_many(50, milliseconds(400));
  answer_many(50, milliseconds(4000));
  for (int i = 0; i < 50; ++i) {
    answer_many(1, milliseconds(4000));
    EXPECT_EQ(throttle_.concurrency(), 1U) << i;
  }
  answer_many(10, milliseconds(400));
  EXPECT_EQ(first_slow_of(100, milliseconds(400)), 0);
  EXPECT_EQ(throttle_.concurrency(), 8U);
}

TEST_F(ThrottleOfEight, GetsUsedToSlowAnswersInTheEnd) {
  answer_many(50, milliseconds(400));
  answer_many(1000, milliseconds(2000));
  EXPECT_EQ(first_slow_of(1000, milliseconds(2000)), 0);
  EXPECT_EQ(throttle_.concurrency(), 8U);
}

TEST_F(ThrottleOfEight, DoesNotMindAnswersThatAreFastAnyway) {
  EXPECT_EQ(first_slow_of(50, milliseconds(1)), 0);
  EXPECT_EQ(first_slow_of(50, milliseconds(40)), 0);
}

TEST_F(ThrottleOfEight, WaitsForSomeAnswersBeforeItComparesThem) {
  answer_many(1);
  EXPECT_EQ(first_slow_of(50, milliseconds(5000)), 7);
}

}  // namespace
}  // namespace vrni2syslog
