#include "delivery/resend_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kNow{hours(1)};
constexpr double kAlmostOne = 0.999'999'999;

struct CureCase {
  const char* name;
  Fault fault;
  bool may_pass;
};

class ResendPolicyCure : public testing::TestWithParam<CureCase> {};

TEST_P(ResendPolicyCure, DecidesWhetherTryingAgainMayHelp) {
  const Error failure(GetParam().fault, "x");
  const SteadyTime deadline = kNow + hours(1);
  EXPECT_EQ(time_of_resend(failure, 1, kNow, deadline, 0.5).has_value(), GetParam().may_pass);
  const Error given_up = out_of_time_error(failure, 3);
  EXPECT_EQ(given_up.fault(), GetParam().may_pass ? Fault::Unconfirmed : GetParam().fault);
  EXPECT_EQ(std::string_view(given_up.what()).find("--deadline") != std::string_view::npos,
            GetParam().may_pass);
}

INSTANTIATE_TEST_SUITE_P(Table, ResendPolicyCure,
                         testing::Values(CureCase{"OutOfReach", Fault::Unreachable, true},
                                         CureCase{"Unconfirmed", Fault::Unconfirmed, true},
                                         CureCase{"CertificateRefused", Fault::Refused, false},
                                         CureCase{"Configuration", Fault::Configuration, false},
                                         CureCase{"Usage", Fault::Usage, false},
                                         CureCase{"Data", Fault::Data, false},
                                         CureCase{"CannotCreate", Fault::CannotCreate, false},
                                         CureCase{"DiskFull", Fault::CannotWrite, false},
                                         CureCase{"LoginRefused", Fault::LoginRefused, false},
                                         CureCase{"Bug", Fault::Bug, false}),
                         [](const auto& row) { return row.param.name; });

TEST(ResendPolicy, WaitsLongerEachTimeUpToAMinute) {
  const SteadyTime deadline = kNow + hours(1);
  const Error failure(Fault::Unreachable, "x");
  for (const auto& [attempts, longest] :
       {std::pair(1, 1), std::pair(2, 2), std::pair(4, 8), std::pair(20, 60)}) {
    EXPECT_EQ(time_of_resend(failure, attempts, kNow, deadline, 0.0), kNow);
    const auto due = time_of_resend(failure, attempts, kNow, deadline, kAlmostOne);
    ASSERT_TRUE(due);
    EXPECT_LE(*due - kNow, seconds(longest));
    EXPECT_GT(*due - kNow, seconds(longest) - milliseconds(10));
  }
}

TEST(ResendPolicy, EndsWithTheDeadline) {
  const Error failure(Fault::Unreachable, "x");
  EXPECT_FALSE(time_of_resend(failure, 1, kNow, kNow, 0.0));
  EXPECT_FALSE(time_of_resend(failure, 1, kNow, kNow + milliseconds(500), 0.5));
  EXPECT_TRUE(time_of_resend(failure, 1, kNow, kNow + milliseconds(501), 0.5));
}

TEST(ResendPolicy, TellsWhatItDoes) {
  const Error failure(Fault::Unreachable, "tcp://a:514: Connection refused");
  EXPECT_EQ(retry_text(failure, 2, milliseconds(1250)),
            "tcp://a:514: Connection refused; attempt 2 was in vain, the next one comes in 1.2 s");
  EXPECT_STREQ(give_up_error(failure, 3).what(),
               "tcp://a:514: Connection refused; given up after 3 attempts");
  EXPECT_STREQ(
      out_of_time_error(failure, 3).what(),
      "tcp://a:514: Connection refused; given up after 3 attempts, as --deadline leaves no "
      "time for more");
  EXPECT_STREQ(give_up_error(failure, 1).what(), failure.what());
  EXPECT_STREQ(out_of_time_error(failure, 1).what(),
               "tcp://a:514: Connection refused; --deadline leaves no time for another attempt");
}

}  // namespace
}  // namespace vrni2syslog
