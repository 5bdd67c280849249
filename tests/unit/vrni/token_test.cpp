#include "vrni/token.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Token, LogsInToTheLocalDomain) {
  const Token token({.username = "admin@local", .password = Secret("a\"b"), .domain_value = {}});
  EXPECT_EQ(token.login_body(),
            R"({"username":"admin@local","password":"a\"b","domain":{"domain_type":"LOCAL"}})");
  EXPECT_EQ(token.account(), "admin@local (LOCAL)");
}

TEST(Token, LogsInToALdapDomain) {
  const Token token({.username = "eve@corp.example",
                     .password = Secret("x"),
                     .domain_type = "LDAP",
                     .domain_value = "corp.example"});
  EXPECT_EQ(
      token.login_body(),
      R"({"username":"eve@corp.example","password":"x","domain":{"domain_type":"LDAP","value":"corp.example"}})");
  EXPECT_EQ(token.account(), "eve@corp.example (LDAP corp.example)");
}

TEST(Token, GoesIntoTheHeaderAsItCame) {
  Token token({});
  EXPECT_FALSE(token.is_valid());
  std::string body = R"({"token":"1rT7+m4r/ii=","expiry":1509332642427})";
  EXPECT_EQ(token.accept(body), std::nullopt);
  EXPECT_TRUE(token.is_valid());
  EXPECT_EQ(token.header(), "Authorization: NetworkInsight 1rT7+m4r/ii=");
  token.forget();
  EXPECT_FALSE(token.is_valid());
}

TEST(Token, IsNotTakenFromAnswersThatHaveNone) {
  for (const char* const text :
       {"{}", "[]", "", "<html>", R"({"token":null})", R"({"token":""})", R"({"token":["x"]})",
        R"({"token":"a\r\nX: y"})", R"({"token":"a b"})"}) {
    Token token({});
    std::string body = text;
    EXPECT_NE(token.accept(body), std::nullopt) << text;
    EXPECT_FALSE(token.is_valid()) << text;
  }
}

}  // namespace
}  // namespace vrni2syslog
