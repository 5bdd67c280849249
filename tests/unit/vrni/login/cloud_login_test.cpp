#include "support/fake_http_client.h"
#include "unit/vrni/login_fixture.h"
#include "vrni/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

class CloudLoginTest : public testing::Test {
 protected:
  std::unique_ptr<Login> login_ =
      make_cloud_login({Secret("a+b/c d"), "console.example", "https://console.example/exchange"},
                       std::make_unique<FakeHttpClient>(
                           [](const HttpRequest&) { return answer(500, "not asked here"); }));
};

TEST_F(CloudLoginTest, ExchangesTheApiTokenAtTheConsole) {
  const Asked asked = obtain_from(
      *login_,
      R"({"id_token":"i","token_type":"bearer","expires_in":1799,"access_token":"a.b.c"})");
  EXPECT_NE(asked.request.server, nullptr);
  EXPECT_EQ(asked.request.url, "https://console.example/exchange");
  EXPECT_EQ(asked.request.content_type, "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.request.body, "refresh_token=a%2Bb%2Fc%20d");
  EXPECT_EQ(asked.token.life, milliseconds(1'799'000));
  EXPECT_EQ(login_->header(asked.token), "csp-auth-token: a.b.c");
  EXPECT_EQ(login_->account(), "API token of the cloud service (console.example)");
}

TEST_F(CloudLoginTest, KeepsSecretsOutOfTheUrl) {
  EXPECT_THAT(obtain_from(*login_, "{}").request.url, Not(HasSubstr("a+b")));
}

TEST_F(CloudLoginTest, GivesNothingBackAndIsProvenByACallOnly) {
  EXPECT_FALSE(login_->gives_back());
  EXPECT_FALSE(login_->is_proven_by_token());
}

TEST_F(CloudLoginTest, DoesNotTrustTheLifeThatItIsTold) {
  struct Row {
    const char* expires_in;
    std::optional<milliseconds> life;
  };
  for (const Row& row : {
           Row{"1800", minutes(30)},
           Row{"\"1800\"", minutes(30)},
           Row{"0", std::nullopt},
           Row{"-1", std::nullopt},
           Row{"0.5", std::nullopt},
           Row{"null", std::nullopt},
           Row{"9223372036854775807", std::nullopt},
       }) {
    const std::string body =
        std::string(R"({"access_token":"x","expires_in":)") + row.expires_in + "}";
    EXPECT_EQ(obtain_from(*login_, body).token.life, row.life) << row.expires_in;
  }
}

TEST_F(CloudLoginTest, TakesNoTokenFromAnAnswerWithoutOne) {
  const TokenRequest request = obtain_from(*login_, "{}").request;
  for (const char* const text : {"{}", "", "<html>", R"({"access_token":"a\nb"})",
                                 R"({"token":"x"})", R"({"access_token":null})"}) {
    Token token;
    std::string body = text;
    EXPECT_FALSE(request.read(body, {}, token)) << text;
  }
}

TEST_F(CloudLoginTest, SaysWhoRefuses) {
  const TokenRequest request = obtain_from(*login_, "{}").request;
  EXPECT_THAT(request.refusal(400), HasSubstr("the Cloud Services console refuses the API token"));
  EXPECT_FALSE(request.are_words_shown);
  EXPECT_THAT(login_->refused_token(), HasSubstr("--cloud-location"));
}

}  // namespace
}  // namespace vrni2syslog
