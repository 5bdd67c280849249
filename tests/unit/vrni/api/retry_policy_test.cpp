#include "vrni/api/retry_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kForever = milliseconds::max();

struct KindCase {
  const char* name;
  HttpOutcome outcome;
  int status;
  AnswerKind expected;
};

class KindOf : public testing::TestWithParam<KindCase> {};

TEST_P(KindOf, ClassifiesTheAnswer) {
  HttpResponse response;
  response.outcome = GetParam().outcome;
  response.status = GetParam().status;
  EXPECT_EQ(kind_of(response), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, KindOf,
    testing::Values(
        KindCase{"Ok", HttpOutcome::Answered, 200, AnswerKind::Success},
        KindCase{"NoContent", HttpOutcome::Answered, 204, AnswerKind::Success},
        KindCase{"Redirect", HttpOutcome::Answered, 302, AnswerKind::Redirected},
        KindCase{"BadRequest", HttpOutcome::Answered, 400, AnswerKind::Rejected},
        KindCase{"Unauthorized", HttpOutcome::Answered, 401, AnswerKind::Unauthorized},
        KindCase{"Forbidden", HttpOutcome::Answered, 403, AnswerKind::Forbidden},
        KindCase{"NotFound", HttpOutcome::Answered, 404, AnswerKind::Rejected},
        KindCase{"RequestTimeout", HttpOutcome::Answered, 408, AnswerKind::Busy},
        KindCase{"TooManyRequests", HttpOutcome::Answered, 429, AnswerKind::Throttled},
        KindCase{"InternalError", HttpOutcome::Answered, 500, AnswerKind::ServerError},
        KindCase{"BadGateway", HttpOutcome::Answered, 502, AnswerKind::Busy},
        KindCase{"ServiceUnavailable", HttpOutcome::Answered, 503, AnswerKind::Busy},
        KindCase{"GatewayTimeout", HttpOutcome::Answered, 504, AnswerKind::GatewayTimeout},
        KindCase{"AnyOtherServerError", HttpOutcome::Answered, 599, AnswerKind::ServerError},
        KindCase{"CannotConnect", HttpOutcome::CannotConnect, 0, AnswerKind::CannotConnect},
        KindCase{"ProxyLogin", HttpOutcome::ProxyLoginRefused, 0, AnswerKind::ProxyLoginRefused},
        KindCase{"Certificate", HttpOutcome::CertificateRefused, 0, AnswerKind::CertificateRefused},
        KindCase{"TimedOut", HttpOutcome::TimedOut, 0, AnswerKind::TimedOut},
        KindCase{"CutOff", HttpOutcome::CutOff, 200, AnswerKind::CutOff},
        KindCase{"Undecodable", HttpOutcome::Undecodable, 200, AnswerKind::Undecodable},
        KindCase{"TooLarge", HttpOutcome::TooLarge, 200, AnswerKind::TooLarge}),
    [](const auto& row) { return row.param.name; });

struct AttemptsCase {
  const char* name;
  AnswerKind kind;
  int attempts;  ///< of which the last is given up
};

class RetryPolicyAttempts : public testing::TestWithParam<AttemptsCase> {};

TEST_P(RetryPolicyAttempts, AreBoundedForEachKind) {
  RetryPolicy policy(Patience::Bounded);
  policy.assume_known_server();
  for (int attempt = 1; attempt < GetParam().attempts; ++attempt) {
    EXPECT_EQ(policy.decide(GetParam().kind, std::nullopt, kForever, 0.5).action,
              RetryAction::Retry)
        << attempt;
  }
  EXPECT_EQ(policy.decide(GetParam().kind, std::nullopt, kForever, 0.5).action,
            RetryAction::GiveUp);
  EXPECT_EQ(policy.attempts(), GetParam().attempts);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RetryPolicyAttempts,
    testing::Values(AttemptsCase{"Throttled", AnswerKind::Throttled, 30},
                    AttemptsCase{"Busy", AnswerKind::Busy, 8},
                    AttemptsCase{"Foreign", AnswerKind::Foreign, 8},
                    AttemptsCase{"CutOff", AnswerKind::CutOff, 6},
                    AttemptsCase{"CannotConnect", AnswerKind::CannotConnect, 5},
                    AttemptsCase{"ServerError", AnswerKind::ServerError, 3},
                    AttemptsCase{"TimedOut", AnswerKind::TimedOut, 3},
                    AttemptsCase{"GatewayTimeout", AnswerKind::GatewayTimeout, 4},
                    AttemptsCase{"Unreadable", AnswerKind::Unreadable, 3},
                    AttemptsCase{"Undecodable", AnswerKind::Undecodable, 3},
                    AttemptsCase{"Rejected", AnswerKind::Rejected, 1},
                    AttemptsCase{"Forbidden", AnswerKind::Forbidden, 1},
                    AttemptsCase{"Redirected", AnswerKind::Redirected, 1},
                    AttemptsCase{"TooLarge", AnswerKind::TooLarge, 1},
                    AttemptsCase{"ProxyLogin", AnswerKind::ProxyLoginRefused, 1},
                    AttemptsCase{"Certificate", AnswerKind::CertificateRefused, 1}),
    [](const auto& row) { return row.param.name; });

TEST(RetryPolicy, ProceedsWithSuccess) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Success, std::nullopt, kForever, 0.5).action,
            RetryAction::Proceed);
}

TEST(RetryPolicy, LogsInOnceAndNotAgain) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Unauthorized, std::nullopt, kForever, 0.5).action,
            RetryAction::LogIn);
  EXPECT_EQ(policy.decide(AnswerKind::Busy, std::nullopt, kForever, 0.5).action,
            RetryAction::Retry);
  EXPECT_EQ(policy.decide(AnswerKind::Unauthorized, std::nullopt, kForever, 0.5).action,
            RetryAction::GiveUp);
}

TEST(RetryPolicy, CountsEachKindByItself) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(policy.decide(AnswerKind::ServerError, std::nullopt, kForever, 0.5).action,
              RetryAction::Retry);
    EXPECT_EQ(policy.decide(AnswerKind::TimedOut, std::nullopt, kForever, 0.5).action,
              RetryAction::Retry);
  }
  EXPECT_EQ(policy.decide(AnswerKind::ServerError, std::nullopt, kForever, 0.5).action,
            RetryAction::GiveUp);
}

TEST(RetryPolicy, BacksOffLongerWithEachAttempt) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Busy, std::nullopt, kForever, 0.5).delay, milliseconds(250));
  EXPECT_EQ(policy.decide(AnswerKind::Busy, std::nullopt, kForever, 0.5).delay, milliseconds(500));
  EXPECT_EQ(policy.decide(AnswerKind::CutOff, std::nullopt, kForever, 0.5).delay,
            milliseconds(1000));
}

TEST(RetryPolicy, WaitsAtLeastAsLongAsTheServerAsks) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Throttled, seconds(7), kForever, 0.5).delay,
            milliseconds(7250));
}

TEST(RetryPolicy, BoundsWhatTheServerAsks) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Throttled, seconds(86'400), kForever, 0.0).delay,
            seconds(600));
  EXPECT_EQ(policy.decide(AnswerKind::Throttled, seconds(-5), kForever, 0.0).delay, seconds(0));
}

TEST(RetryPolicy, DoesNotWaitBeyondTheDeadline) {
  RetryPolicy policy(Patience::UntilDeadline);
  policy.assume_known_server();
  EXPECT_EQ(policy.decide(AnswerKind::Busy, seconds(60), seconds(60), 0.5).action,
            RetryAction::OutOfTime);
  EXPECT_EQ(policy.decide(AnswerKind::Busy, seconds(60), seconds(62), 0.5).action,
            RetryAction::Retry);
}

constexpr AnswerKind kTransient[] = {
    AnswerKind::Throttled,      AnswerKind::Busy,   AnswerKind::Foreign,      AnswerKind::TimedOut,
    AnswerKind::GatewayTimeout, AnswerKind::CutOff, AnswerKind::CannotConnect};

TEST(RetryPolicy, HasLessPatienceWithForeignAnswersWhereItIsToldSo) {
  RetryPolicy policy(Patience::UntilDeadline, Patience::Brief);
  policy.assume_known_server();
  for (int attempt = 0; attempt < 100; ++attempt) {
    ASSERT_EQ(policy.decide(AnswerKind::Busy, std::nullopt, kForever, 0.5).action,
              RetryAction::Retry);
  }
  for (int attempt = 1; attempt < 4; ++attempt) {
    ASSERT_EQ(policy.decide(AnswerKind::Foreign, std::nullopt, kForever, 0.5).action,
              RetryAction::Retry);
  }
  EXPECT_EQ(policy.decide(AnswerKind::Foreign, std::nullopt, kForever, 0.5).action,
            RetryAction::GiveUp);
}

TEST(RetryPolicy, WaitsForWhatPassesUntilTheDeadline) {
  for (const AnswerKind kind : kTransient) {
    RetryPolicy policy(Patience::UntilDeadline);
    policy.assume_known_server();
    for (int attempt = 0; attempt < 1000; ++attempt) {
      ASSERT_EQ(policy.decide(kind, std::nullopt, kForever, 0.5).action, RetryAction::Retry);
    }
    EXPECT_EQ(policy.decide(kind, std::nullopt, seconds(15), 0.5).action, RetryAction::OutOfTime);
  }
}

TEST(RetryPolicy, KnowsWhatAPlatformAnswersThatIsStarting) {
  for (const AnswerKind kind : {AnswerKind::Busy, AnswerKind::ServerError, AnswerKind::Unauthorized,
                                AnswerKind::Foreign, AnswerKind::CannotConnect})
    EXPECT_TRUE(may_be_starting(kind)) << static_cast<int>(kind);
  for (const AnswerKind kind : {AnswerKind::Success, AnswerKind::Throttled, AnswerKind::Forbidden,
                                AnswerKind::Rejected, AnswerKind::TooLarge})
    EXPECT_FALSE(may_be_starting(kind)) << static_cast<int>(kind);
}

TEST(RetryPolicy, DoesNotWaitForWhatDoesNotPassByItself) {
  for (std::size_t i = 0; i < kAnswerKindCount; ++i) {
    const auto kind = static_cast<AnswerKind>(i);
    EXPECT_EQ(is_transient(kind), std::ranges::find(kTransient, kind) != std::end(kTransient)) << i;
    if (is_transient(kind) || kind == AnswerKind::Success) continue;
    RetryPolicy policy(Patience::UntilDeadline);
    policy.assume_known_server();
    while (policy.decide(kind, std::nullopt, kForever, 0.5).action != RetryAction::GiveUp) {
    }
    EXPECT_LE(policy.attempts(), 3) << i;
  }
}

TEST(RetryPolicy, TellsAWrongAddressSoon) {
  struct Case {
    AnswerKind kind;
    int attempts;
  };
  for (const Case& row :
       {Case{AnswerKind::CannotConnect, 5}, {AnswerKind::CutOff, 6}, {AnswerKind::TimedOut, 3}}) {
    RetryPolicy policy(Patience::UntilDeadline);
    while (policy.decide(row.kind, std::nullopt, kForever, 0.5).action != RetryAction::GiveUp) {
    }
    EXPECT_EQ(policy.attempts(), row.attempts);
    EXPECT_FALSE(policy.is_known());
  }
}

TEST(RetryPolicy, KnowsAServerByAnyAnswer) {
  for (const AnswerKind kind : {AnswerKind::Success, AnswerKind::Throttled, AnswerKind::Busy,
                                AnswerKind::ServerError, AnswerKind::Unauthorized}) {
    RetryPolicy policy(Patience::UntilDeadline);
    (void)policy.decide(AnswerKind::CannotConnect, std::nullopt, kForever, 0.5);
    EXPECT_FALSE(policy.is_known());
    (void)policy.decide(kind, std::nullopt, kForever, 0.5);
    EXPECT_TRUE(policy.is_known());
    for (int attempt = 0; attempt < 100; ++attempt) {
      ASSERT_EQ(policy.decide(AnswerKind::CannotConnect, std::nullopt, kForever, 0.5).action,
                RetryAction::Retry);
    }
  }
}

TEST(RetryPolicy, GivesUpSoonOnSlowAnswersAloneIfItIsTold) {
  for (const AnswerKind kind : {AnswerKind::TimedOut, AnswerKind::GatewayTimeout}) {
    RetryPolicy policy(Patience::UntilDeadline, Patience::UntilDeadline, Patience::Brief);
    policy.assume_known_server();
    for (int attempt = 0; attempt < 100; ++attempt) {
      ASSERT_EQ(policy.decide(AnswerKind::Busy, std::nullopt, kForever, 0.5).action,
                RetryAction::Retry);
    }
    EXPECT_EQ(policy.decide(kind, std::nullopt, kForever, 0.5).action, RetryAction::Retry);
    EXPECT_EQ(policy.decide(kind, std::nullopt, kForever, 0.5).action, RetryAction::GiveUp);
  }
}

TEST(RetryPolicy, GivesUpSoonerWhereACallIsBrief) {
  struct Case {
    AnswerKind kind;
    int attempts;
  };
  for (const Case& row : {Case{AnswerKind::Busy, 4},
                          {AnswerKind::ServerError, 2},
                          {AnswerKind::Unauthorized, 2},
                          {AnswerKind::Rejected, 1},
                          {AnswerKind::Throttled, 15}}) {
    RetryPolicy policy(Patience::Brief);
    policy.assume_known_server();
    while (policy.decide(row.kind, std::nullopt, kForever, 0.5).action != RetryAction::GiveUp) {
    }
    EXPECT_EQ(policy.attempts(), row.attempts);
  }
}

}  // namespace
}  // namespace vrni2syslog
