#include "delivery/epoch_retry.h"

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
  ExitStatus status;
  bool is_lasting;
  bool may_pass;
};

class EpochRetryCure : public testing::TestWithParam<CureCase> {};

TEST_P(EpochRetryCure, DecidesWhetherTryingAgainMayHelp) {
  const Error error(GetParam().status, "x");
  const Error failure = GetParam().is_lasting ? error.lasting() : error;
  EXPECT_EQ(may_pass(failure), GetParam().may_pass);
  EXPECT_EQ(may_pass(failure.within("context")), GetParam().may_pass);
  const EpochRetry retry(kNow + hours(1));
  EXPECT_EQ(retry.next_attempt(failure, 1, kNow, 0.5).has_value(), GetParam().may_pass);
  const Error given_up = give_up_error(failure, 3, true);
  EXPECT_EQ(given_up.exit_status(),
            GetParam().may_pass ? ExitStatus::TemporaryFailure : GetParam().status);
  EXPECT_EQ(std::string_view(given_up.what()).find("--deadline") != std::string_view::npos,
            GetParam().may_pass);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EpochRetryCure,
    testing::Values(CureCase{"OutOfReach", ExitStatus::Unavailable, false, true},
                    CureCase{"Unconfirmed", ExitStatus::TemporaryFailure, false, true},
                    CureCase{"CertificateRefused", ExitStatus::Unavailable, true, false},
                    CureCase{"Configuration", ExitStatus::Configuration, false, false},
                    CureCase{"Usage", ExitStatus::Usage, false, false},
                    CureCase{"Data", ExitStatus::Data, false, false},
                    CureCase{"CannotCreate", ExitStatus::CannotCreate, false, false},
                    CureCase{"DiskFull", ExitStatus::Io, false, false},
                    CureCase{"LoginRefused", ExitStatus::NoPermission, false, false},
                    CureCase{"Bug", ExitStatus::Software, false, false}),
    [](const auto& row) { return row.param.name; });

TEST(EpochRetry, WaitsLongerEachTimeUpToAMinute) {
  const EpochRetry retry(kNow + hours(1));
  const Error failure(ExitStatus::Unavailable, "x");
  for (const auto& [attempts, longest] :
       {std::pair(1, 1), std::pair(2, 2), std::pair(4, 8), std::pair(20, 60)}) {
    EXPECT_EQ(retry.next_attempt(failure, attempts, kNow, 0.0), kNow);
    const auto due = retry.next_attempt(failure, attempts, kNow, kAlmostOne);
    ASSERT_TRUE(due);
    EXPECT_LE(*due - kNow, seconds(longest));
    EXPECT_GT(*due - kNow, seconds(longest) - milliseconds(10));
  }
}

TEST(EpochRetry, EndsWithTheDeadline) {
  const Error failure(ExitStatus::Unavailable, "x");
  EXPECT_FALSE(EpochRetry(kNow).next_attempt(failure, 1, kNow, 0.0));
  EXPECT_FALSE(EpochRetry(kNow + milliseconds(500)).next_attempt(failure, 1, kNow, 0.5));
  EXPECT_TRUE(EpochRetry(kNow + milliseconds(501)).next_attempt(failure, 1, kNow, 0.5));
}

TEST(EpochRetry, TellsWhatItDoes) {
  const Error failure(ExitStatus::Unavailable, "tcp://a:514: Connection refused");
  EXPECT_EQ(retry_text(failure, 2, milliseconds(1250)),
            "tcp://a:514: Connection refused; attempt 2 was in vain, the next one comes in 1.2 s");
  EXPECT_STREQ(give_up_error(failure, 3, false).what(),
               "tcp://a:514: Connection refused; given up after 3 attempts");
  EXPECT_STREQ(
      give_up_error(failure, 3, true).what(),
      "tcp://a:514: Connection refused; given up after 3 attempts, as --deadline leaves no "
      "time for more");
  EXPECT_STREQ(give_up_error(failure, 1, false).what(), failure.what());
  EXPECT_STREQ(give_up_error(failure, 1, true).what(),
               "tcp://a:514: Connection refused; --deadline leaves no time for another attempt");
}

}  // namespace
}  // namespace vrni2syslog
