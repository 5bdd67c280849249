#include "transport/kafka/kafka_login.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LoginToken, IsTheFirstLineAndItsLifeTheSecond) {
  struct Case {
    const char* output;
    seconds life;
  };
  for (const Case& row : {Case{"t0ken", seconds(300)}, Case{"t0ken\n", seconds(300)},
                          Case{"t0ken\n\n60\n", seconds(300)}, Case{"t0ken\n60", seconds(60)},
                          Case{"t0ken\n3600\nmore\n", seconds(3600)}}) {
    const LoginToken token = read_token(row.output);
    EXPECT_EQ(token.text.reveal(), "t0ken");
    EXPECT_EQ(token.life, row.life) << row.output;
  }
}

TEST(LoginToken, IsRefusedWithoutATextOrWithALifeThatIsNone) {
  for (const char* output : {"", "\n", "\nt0ken\n", "t0ken\n0\n", "t0ken\n-1\n", "t0ken\nsoon\n",
                             "t0ken\n99999999999\n"}) {
    const Error error = error_of([&] { (void)read_token(output); });
    EXPECT_EQ(error.fault(), Fault::LoginRefused) << output;
    EXPECT_THAT(error.what(), Not(HasSubstr("t0ken")));
  }
}

TEST(LoginRemedy, NamesTheOptionThatHoldsTheSecret) {
  EXPECT_THAT(login_remedy(SaslMechanism::OauthBearer, true), HasSubstr("-token-command"));
  EXPECT_THAT(login_remedy(SaslMechanism::OauthBearer, false), HasSubstr("-password-file"));
  EXPECT_THAT(login_remedy(SaslMechanism::Plain, false), HasSubstr("?user="));
}

class TokenCommandTest : public ::testing::Test {
 protected:
  TokenCommandTest() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  TokenCommandTest(const TokenCommandTest&) = delete;
  TokenCommandTest& operator=(const TokenCommandTest&) = delete;
  ~TokenCommandTest() override { ::close(event_); }

  /// Waits until the event is readable, and empties it. Returns false if it never is.
  [[nodiscard]] bool is_woken() const {
    pollfd event{.fd = event_, .events = POLLIN, .revents = 0};
    std::uint64_t count = 0;
    return ::poll(&event, 1, 30'000) == 1 &&
           ::read(event_, &count, sizeof count) == static_cast<ssize_t>(sizeof count);
  }

  /// What a job's login has besides its mechanism.
  static CollectorOptions options(const std::string& password, const std::string& command) {
    CollectorOptions options;
    options.password = Secret(password);
    options.token_command = command;
    return options;
  }

  int event_;
};

TEST_F(TokenCommandTest, TellsOnceWhatTheCommandHasPrinted) {
  TokenCommand command("printf 't0ken\\n7\\n'", event_);
  EXPECT_FALSE(command.take());
  for (int i = 0; i < 2; ++i) {
    command.start();
    ASSERT_TRUE(is_woken());
    const auto token = command.take();
    ASSERT_TRUE(token);
    EXPECT_EQ(token->text.reveal(), "t0ken");
    EXPECT_EQ(token->life, seconds(7));
    EXPECT_FALSE(command.take());
  }
}

TEST_F(TokenCommandTest, TellsWhyThereIsNoTokenWithoutTheCommandAndItsOutput) {
  TokenCommand command("echo s3cret; exit 3", event_);
  command.start();
  ASSERT_TRUE(is_woken());
  const Error error = error_of([&] { (void)command.take(); });
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_STREQ(error.what(), "--collector-token-command: the command failed with exit status 3");
  EXPECT_FALSE(command.take());
}

TEST_F(TokenCommandTest, IsNotForALoginByPassword) {
  struct Case {
    SaslMechanism sasl;
    const char* password;
    const char* remedy;
  };
  for (const Case& row : {Case{SaslMechanism::Plain, "s3cret", "?user="},
                          Case{SaslMechanism::ScramSha256, "s3cret", "?user="},
                          Case{SaslMechanism::OauthBearer, "", "-token-command"},
                          Case{SaslMechanism::None, "", "?user="}}) {
    const KafkaLogin login(row.sasl, options("s3cret", "exit 3"), event_);
    EXPECT_EQ(login.password().reveal(), row.password);
    EXPECT_THAT(login.remedy(), HasSubstr(row.remedy));
    std::string text = "said s3cret again";
    login.redactor().hide_in(text);
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
  }
}

TEST_F(TokenCommandTest, EndsTheCommandWithTheObject) {
  {
    TokenCommand command("exec sleep 600", event_);
    command.start();
    // It runs already.
    command.start();
  }
  EXPECT_TRUE(is_woken()) << "the command is still running";
}

}  // namespace
}  // namespace vrni2syslog
