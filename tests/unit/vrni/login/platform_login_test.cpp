#include "unit/vrni/login_fixture.h"
#include "vrni/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kAnswer = R"({"token":"1rT7+m4r/ii=","expiry":1509332642427})";

TEST(PasswordLogin, IsToTheLocalDomain) {
  const std::unique_ptr<Login> login = make_password_login(
      {.username = "admin@local", .password = Secret("a\"b"), .domain_value = {}});
  const Asked asked = obtain_from(*login, kAnswer);
  EXPECT_EQ(asked.request.server, nullptr);
  EXPECT_EQ(asked.request.url, "/auth/token");
  EXPECT_EQ(asked.request.content_type, "application/json");
  EXPECT_EQ(asked.request.body,
            R"({"username":"admin@local","password":"a\"b","domain":{"domain_type":"LOCAL"}})");
  EXPECT_EQ(asked.token.text.reveal(), "1rT7+m4r/ii=");
  EXPECT_EQ(login->account(), "admin@local (LOCAL)");
}

TEST(PasswordLogin, IsToALdapDomain) {
  const std::unique_ptr<Login> login = make_password_login({.username = "eve@corp.example",
                                                            .password = Secret("x"),
                                                            .domain_type = "LDAP",
                                                            .domain_value = "corp.example"});
  EXPECT_EQ(
      obtain_from(*login, kAnswer).request.body,
      R"({"username":"eve@corp.example","password":"x","domain":{"domain_type":"LDAP","value":"corp.example"}})");
  EXPECT_EQ(login->account(), "eve@corp.example (LDAP corp.example)");
}

TEST(PasswordLogin, NamesBothReasonsOfARefusal) {
  const std::unique_ptr<Login> login =
      make_password_login({.username = "u", .password = Secret("x"), .domain_value = {}});
  const TokenRequest request = obtain_from(*login, kAnswer).request;
  EXPECT_THAT(request.refusal(401),
              AllOf(HasSubstr("u (LOCAL) (401)"), HasSubstr("check user name, password and domain"),
                    HasSubstr("100 valid tokens")));
  EXPECT_THAT(request.refusal(404), HasSubstr("is it that of the platform itself?"));
  EXPECT_TRUE(request.are_words_shown);
}

TEST(VidmLogin, ExchangesTheAccessTokenForOneOfThePlatform) {
  const std::unique_ptr<Login> login = make_vidm_login({Secret("ey\"J")});
  const Asked asked = obtain_from(*login, R"({"token":"t","expiry":1509332642427})");
  EXPECT_EQ(asked.request.server, nullptr);
  EXPECT_EQ(asked.request.url, "/auth/token/vidm");
  EXPECT_EQ(asked.request.body, R"({"vidm_token":"ey\"J"})");
  EXPECT_EQ(login->header(asked.token), "Authorization: NetworkInsight t");
  EXPECT_TRUE(login->gives_back());
}

TEST(VidmLogin, ExplainsARefusalByItsStatus) {
  struct Row {
    int status;
    const char* words;
  };
  const std::unique_ptr<Login> login = make_vidm_login({Secret("x")});
  const TokenRequest request = obtain_from(*login, R"({"token":"t"})").request;
  for (const Row& row : {
           Row{400, "get a fresh one"},
           Row{401, "it may have expired"},
           Row{401, "100 valid tokens"},
           Row{404, "is VMware Identity Manager configured"},
           Row{412, "is VMware Identity Manager configured"},
       }) {
    EXPECT_THAT(request.refusal(row.status),
                AllOf(HasSubstr(row.words), HasSubstr(std::to_string(row.status))));
  }
  EXPECT_TRUE(request.are_words_shown);
}

TEST(PlatformTokenLogin, SendsTheTokenAsItCameAndGivesItBack) {
  const std::unique_ptr<Login> login = make_password_login({});
  EXPECT_EQ(login->header({Secret("1rT7+m4r/ii="), {}}),
            "Authorization: NetworkInsight 1rT7+m4r/ii=");
  EXPECT_TRUE(login->gives_back());
  EXPECT_TRUE(login->is_proven_by_token());
  EXPECT_THAT(login->refused_token(), HasSubstr("do not know each other's tokens"));
}

}  // namespace
}  // namespace vrni2syslog
