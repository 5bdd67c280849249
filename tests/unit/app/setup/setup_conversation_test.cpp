#include "app/setup/setup_conversation.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace vrni2syslog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kFile = "/etc/vrni2syslog/main.conf";
const std::string kFingerprint =
    "sha256:00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff";

/// A person who gives the next of some answers to every question, and trials that fail with the
/// next of some errors before they succeed.
class SetupConversationTest : public ::testing::Test {
 protected:
  std::string set_up(std::deque<std::string> answers) {
    answers_ = std::move(answers);
    const auto next = [this](const std::string& question) -> std::optional<std::string> {
      questions_.push_back(question);
      if (answers_.empty()) return std::nullopt;
      std::string answer = std::move(answers_.front());
      answers_.pop_front();
      return answer;
    };
    const auto next_secret = [next](const std::string& question) -> std::optional<Secret> {
      const std::optional<std::string> answer = next(question);
      if (!answer) return std::nullopt;
      return Secret(*answer);
    };
    SetupConversation setup(
        {.say = [this](std::string_view text) { said_ += text; },
         .ask = next,
         .ask_secret = next_secret},
        {.log_in = trial(login_errors_), .open_collectors = trial(collector_errors_)},
        std::filesystem::path(kFile));
    setup.run();
    EXPECT_TRUE(answers_.empty()) << answers_.size() << " answers that nobody asked for";
    for (const SetupSecret& each : setup.secrets())
      secrets_.push_back(each.file.string() + ": " + std::string(each.secret.reveal()));
    return setup.config_text();
  }

  SetupTrials::Trial trial(std::deque<Error>& errors) {
    return [this, &errors](const OptionValues& values, const std::vector<SetupSecret>& secrets) {
      tried_.push_back(values.text(Option::PlatformIp) + " " + values.text(Option::Collector) +
                       " " + std::string(secrets.back().secret.reveal()));
      if (errors.empty()) return std::string("certificate CN=x, sha256:1234");
      const Error error = errors.front();
      errors.pop_front();
      throw error;
    };
  }

  Fault fault_of(std::deque<std::string> answers) {
    try {
      (void)set_up(std::move(answers));
    } catch (const Error& error) {
      return error.fault();
    }
    return Fault::Bug;
  }

  std::deque<Error> login_errors_, collector_errors_;
  std::deque<std::string> answers_;
  std::vector<std::string> questions_, tried_, secrets_;
  std::string said_;
};

TEST_F(SetupConversationTest, WritesWhatWasAnswered) {
  const std::string text =
      set_up({"vrni.example.com", "admin@local", "secret", "tls://log.example.com"});
  EXPECT_THAT(text, StartsWith("# Made by vrni2syslog --setup"));
  EXPECT_THAT(text,
              HasSubstr("\njob = main\nplatform-ip = vrni.example.com\nusername = admin@local\n"
                        "collector = tls://log.example.com\n"
                        "password-file = /etc/vrni2syslog/main.password\n"));
  EXPECT_THAT(said_, HasSubstr("Asking vrni.example.com ...\nok: "));
  EXPECT_THAT(said_, HasSubstr("Asking tls://log.example.com ...\nok: "));
  EXPECT_THAT(secrets_, ElementsAre("/etc/vrni2syslog/main.password: secret"));
  EXPECT_THAT(tried_, ElementsAre("vrni.example.com  secret",
                                  "vrni.example.com tls://log.example.com secret"));
}

TEST_F(SetupConversationTest, NeverShowsASecret) {
  const std::string text =
      set_up({"vrni", "admin@local", "secret", "cfapi://log?user=archive", "other secret"});
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(said_, Not(HasSubstr("secret")));
  EXPECT_THAT(text,
              HasSubstr("collector-password-file = /etc/vrni2syslog/main.collector-password\n"));
  EXPECT_THAT(secrets_, ElementsAre("/etc/vrni2syslog/main.password: secret",
                                    "/etc/vrni2syslog/main.collector-password: other secret"));
}

TEST_F(SetupConversationTest, TakesADomainForOneOfLdap) {
  EXPECT_THAT(set_up({"vrni", "archive@example.com", "secret", "log"}),
              HasSubstr("username = archive@example.com\ndomain-type = LDAP\n"
                        "domain-value = example.com\n"));
}

TEST_F(SetupConversationTest, TakesACollectorWithoutASchemeForOneWithTls) {
  EXPECT_THAT(set_up({"vrni", "admin@local", "secret", " log.example.com:6514 "}),
              HasSubstr("collector = tls://log.example.com:6514\n"));
}

TEST_F(SetupConversationTest, AsksAgainForAnAddressThatIsNone) {
  EXPECT_THAT(set_up({"vrni", "admin@local", "secret", "ftp://log", "log"}),
              HasSubstr("collector = tls://log\n"));
  EXPECT_THAT(said_, HasSubstr("FAILED: "));
}

TEST_F(SetupConversationTest, PinsTheCertificateThatWasCompared) {
  login_errors_ = {Error(Fault::Unreachable, "not signed by a trusted authority, sha256:00ff")};
  collector_errors_ = {Error(Fault::Refused, "not signed by a trusted authority, sha256:00ff")};
  const std::string text =
      set_up({"vrni", "admin@local", "secret", kFingerprint, "tls://log?framing=lf", kFingerprint});
  EXPECT_THAT(text, HasSubstr("platform-fingerprint = " + kFingerprint + "\n"));
  EXPECT_THAT(text,
              HasSubstr("collector = tls://log?framing=lf&fingerprint=" + kFingerprint + "\n"));
  EXPECT_THAT(said_, HasSubstr("FAILED: not signed by a trusted authority, sha256:00ff\n"
                               "Compare the fingerprint"));
}

TEST_F(SetupConversationTest, TakesTheFingerprintThatOpensslPrints) {
  std::string printed = "sha256 Fingerprint=00";
  for (int i = 0; i < 31; ++i) printed += i % 2 == 0 ? ":FF" : ":00";
  login_errors_ = {Error(Fault::Unreachable, "sha256:00ff")};
  EXPECT_THAT(set_up({"vrni", "admin@local", "secret", printed, "log"}),
              HasSubstr("platform-fingerprint = sha256:00:FF:00:"));
}

TEST_F(SetupConversationTest, TakesARightFingerprintAfterAWrongOne) {
  const std::string wrong = "sha256:" + std::string(64, '1');
  login_errors_ = std::deque<Error>(2, Error(Fault::Unreachable, "sha256:00ff"));
  collector_errors_ = std::deque<Error>(2, Error(Fault::Refused, "sha256:00ff"));
  const std::string text = set_up({"vrni", "admin@local", "secret", "garbage", wrong, kFingerprint,
                                   "log", "garbage", wrong, kFingerprint});
  EXPECT_THAT(text, Not(HasSubstr("garbage")));
  EXPECT_THAT(text, HasSubstr("platform-fingerprint = " + kFingerprint + "\n"));
  EXPECT_THAT(text, HasSubstr("collector = tls://log?fingerprint=" + kFingerprint + "\n"));
}

TEST_F(SetupConversationTest, TakesOneCollector) {
  EXPECT_THAT(set_up({"vrni", "admin@local", "secret", "tls://a,tls://b", "tls://a"}),
              HasSubstr("collector = tls://a\n"));
}

TEST_F(SetupConversationTest, EndsBeforeTheAccountOfACollectorIsLocked) {
  collector_errors_ = std::deque<Error>(9, Error(Fault::LoginRefused, "the login is refused"));
  EXPECT_EQ(Fault::LoginRefused, fault_of({"vrni", "admin@local", "secret", "cfapi://a?user=b", "1",
                                           "cfapi://a?user=b", "2", "cfapi://a?user=b", "3"}));
}

TEST_F(SetupConversationTest, TakesAFileOfAuthorities) {
  login_errors_ = {Error(Fault::Unreachable, "not signed by a trusted authority, sha256:00ff")};
  collector_errors_ = {Error(Fault::Refused, "not signed by a trusted authority, sha256:00ff")};
  const std::string text = set_up({"vrni", "admin@local", "secret", "/nonexistent/lab.pem",
                                   "/dev/null", "log", "/dev/../dev/zero"});
  EXPECT_THAT(text, HasSubstr("platform-ca-file = /dev/null\n"));
  EXPECT_THAT(text, HasSubstr("collector-ca-file = /dev/zero\n"));
  EXPECT_THAT(said_, HasSubstr("there is no file /nonexistent/lab.pem"));
}

TEST_F(SetupConversationTest, TakesAnotherAddressForOneThatCannotBeReached) {
  login_errors_ = {Error(Fault::Unreachable, "cannot connect")};
  collector_errors_ = {Error(Fault::Unreachable, "cannot connect")};
  const std::string text =
      set_up({"vrni.exmaple.com", "admin@local", "secret", "vrni.example.com", "lgo", "log"});
  EXPECT_THAT(text, HasSubstr("platform-ip = vrni.example.com\n"));
  EXPECT_THAT(text, HasSubstr("collector = tls://log\n"));
  EXPECT_THAT(text, Not(HasSubstr("exmaple")));
}

TEST_F(SetupConversationTest, AsksForTheAccountAgainIfTheLoginIsRefused) {
  login_errors_ = {Error(Fault::LoginRefused, "the platform refuses the login")};
  const std::string text =
      set_up({"vrni", "admin@local", "wrong", "archive@local", "right", "log"});
  EXPECT_THAT(text, HasSubstr("username = archive@local\n"));
  EXPECT_THAT(secrets_, ElementsAre("/etc/vrni2syslog/main.password: right"));
}

TEST_F(SetupConversationTest, EndsBeforeRefusedLoginsLockTheAccount) {
  login_errors_ = std::deque<Error>(9, Error(Fault::LoginRefused, "refused"));
  EXPECT_EQ(Fault::LoginRefused, fault_of({"vrni", "admin@local", "a", "admin@local", "b",
                                           "admin@local", "c", "admin@local", "d"}));
  EXPECT_EQ(3U, tried_.size());
}

TEST_F(SetupConversationTest, EndsIfTheRunIsStopped) {
  login_errors_ = {Error(Fault::Interrupted, "stopped by SIGTERM")};
  EXPECT_EQ(Fault::Interrupted, fault_of({"vrni", "admin@local", "secret", "log"}));
}

TEST_F(SetupConversationTest, EndsIfNobodyAnswers) {
  for (const std::deque<std::string>& answers : {std::deque<std::string>{},
                                                 {"vrni"},
                                                 {"vrni", "admin@local"},
                                                 {"vrni", "admin@local", "secret"}}) {
    EXPECT_EQ(Fault::Usage, fault_of(answers)) << answers.size() << " answers";
  }
}

}  // namespace
}  // namespace vrni2syslog
