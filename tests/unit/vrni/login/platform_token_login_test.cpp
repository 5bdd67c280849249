#include "vrni/login/platform_token_login.h"

#include "vrni/login/password_login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(PlatformTokenLogin, SendsTheTokenAsItCameAndGivesItBack) {
  const PasswordLogin login({});
  EXPECT_EQ(login.header({Secret("1rT7+m4r/ii="), {}}),
            "Authorization: NetworkInsight 1rT7+m4r/ii=");
  EXPECT_TRUE(login.gives_back());
  EXPECT_TRUE(login.is_proven_by_token());
  EXPECT_THAT(login.refused_token(), testing::HasSubstr("do not know each other's tokens"));
}

}  // namespace
}  // namespace vrni2syslog
