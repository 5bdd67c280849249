#include "vrni/login/password_login.h"

#include "unit/vrni/login_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kAnswer = R"({"token":"1rT7+m4r/ii=","expiry":1509332642427})";

TEST(PasswordLogin, IsToTheLocalDomain) {
  PasswordLogin login({.username = "admin@local", .password = Secret("a\"b"), .domain_value = {}});
  const Asked asked = obtain_from(login, kAnswer);
  EXPECT_EQ(asked.request.server, nullptr);
  EXPECT_EQ(asked.request.url, "/auth/token");
  EXPECT_EQ(asked.request.content_type, "application/json");
  EXPECT_EQ(asked.request.body,
            R"({"username":"admin@local","password":"a\"b","domain":{"domain_type":"LOCAL"}})");
  EXPECT_EQ(asked.token.text.reveal(), "1rT7+m4r/ii=");
  EXPECT_EQ(login.account(), "admin@local (LOCAL)");
}

TEST(PasswordLogin, IsToALdapDomain) {
  PasswordLogin login({.username = "eve@corp.example",
                       .password = Secret("x"),
                       .domain_type = "LDAP",
                       .domain_value = "corp.example"});
  EXPECT_EQ(
      obtain_from(login, kAnswer).request.body,
      R"({"username":"eve@corp.example","password":"x","domain":{"domain_type":"LDAP","value":"corp.example"}})");
  EXPECT_EQ(login.account(), "eve@corp.example (LDAP corp.example)");
}

TEST(PasswordLogin, ThatIsRefusedHasTwoReasons) {
  PasswordLogin login({.username = "u", .password = Secret("x"), .domain_value = {}});
  const TokenRequest request = obtain_from(login, kAnswer).request;
  EXPECT_THAT(request.refusal(401),
              AllOf(HasSubstr("u (LOCAL) (401)"), HasSubstr("check user name, password and domain"),
                    HasSubstr("100 valid tokens")));
  EXPECT_TRUE(request.are_words_shown);
}

}  // namespace
}  // namespace vrni2syslog
