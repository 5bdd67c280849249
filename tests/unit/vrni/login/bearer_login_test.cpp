#include "base/error.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "unit/vrni/login_fixture.h"
#include "vrni/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class BearerLoginTest : public testing::Test {
 protected:
  [[nodiscard]] std::string token_of(const BearerCredentials& credentials) const {
    const std::unique_ptr<Login> login = make_bearer_login(credentials, clock_, {});
    return std::string(obtain_from(*login, "").token.text.reveal());
  }
  [[nodiscard]] Error failure_of(const BearerCredentials& credentials) const {
    try {
      (void)token_of(credentials);
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  }

  ManualClock clock_;
  TemporaryDirectory directory_;
};

TEST_F(BearerLoginTest, ReadsTheFileAnewForEachToken) {
  const auto file = directory_.write("token", "first\n");
  const std::unique_ptr<Login> login = make_bearer_login({file, {}}, clock_, {});
  EXPECT_EQ(obtain_from(*login, "").token.text.reveal(), "first");
  (void)directory_.write("token", "second\n");
  EXPECT_EQ(obtain_from(*login, "").token.text.reveal(), "second");
}

TEST_F(BearerLoginTest, TakesTheFirstLineThatACommandPrints) {
  EXPECT_EQ(token_of({{}, "echo a.b.c; echo more"}), "a.b.c");
}

TEST_F(BearerLoginTest, SendsItAsRfc6750Has) {
  const std::unique_ptr<Login> login = make_bearer_login({"/f", {}}, clock_, {});
  EXPECT_EQ(login->header({Secret("a.b.c"), {}}), "Authorization: Bearer a.b.c");
  EXPECT_FALSE(login->gives_back());
  EXPECT_FALSE(login->is_proven_by_token());
}

TEST_F(BearerLoginTest, DoesNotShowTheCommand) {
  const std::unique_ptr<Login> login = make_bearer_login({{}, "echo s3cret"}, clock_, {});
  EXPECT_EQ(login->account(), "bearer token of --bearer-token-command");
  EXPECT_THAT(login->refused_token(), AllOf(HasSubstr("401"), Not(HasSubstr("s3cret"))));
  EXPECT_EQ(make_bearer_login({"/etc/token", {}}, clock_, {})->account(),
            "bearer token of /etc/token");
}

TEST_F(BearerLoginTest, RefusesWhatIsNoToken) {
  struct Row {
    const char* command;
    Fault fault;
    const char* words;
  };
  for (const Row& row : {
           Row{"exit 3 # s3cret", Fault::LoginRefused, "exit status 3"},
           Row{"true # s3cret", Fault::LoginRefused, "prints no token"},
           Row{"echo; echo s3cret", Fault::LoginRefused, "prints no token"},
           Row{"echo two s3crets", Fault::Configuration, "no HTTP header may hold"},
           Row{R"(echo '{"access_token":"s3cret"}')", Fault::Configuration, "jq -r .access_token"},
           Row{"echo '{'; echo s3cret", Fault::Configuration, "not the token alone"},
           Row{R"(echo '"s3cret"')", Fault::Configuration, "not the token alone"},
           Row{"echo '[\"s3cret\"]'", Fault::Configuration, "not the token alone"},
           Row{"echo '<html>s3cret'", Fault::Configuration, "not the token alone"},
           Row{"printf 's3cret\\033'", Fault::Configuration, "no HTTP header may hold"},
       }) {
    const Error error = failure_of({{}, row.command});
    EXPECT_EQ(error.fault(), row.fault) << row.command;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("--bearer-token-command"), HasSubstr(row.words),
                                    Not(HasSubstr("s3cret"))))
        << row.command;
  }
  EXPECT_THAT(failure_of({directory_.write("token", "\n"), {}}).what(),
              HasSubstr("must hold the bearer token"));
  EXPECT_EQ(failure_of({directory_.write("token.json", "{\"access_token\":\"x\"}"), {}}).fault(),
            Fault::Configuration);
  EXPECT_EQ(failure_of({"/nonexistent", {}}).fault(), Fault::Configuration);
}

}  // namespace
}  // namespace vrni2syslog
