#include "vrni/login/vidm_login.h"

#include "unit/vrni/login_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

TEST(VidmLogin, ExchangesTheAccessTokenForOneOfThePlatform) {
  VidmLogin login({Secret("ey\"J")});
  const Asked asked = obtain_from(login, R"({"token":"t","expiry":1509332642427})");
  EXPECT_EQ(asked.request.server, nullptr);
  EXPECT_EQ(asked.request.url, "/auth/token/vidm");
  EXPECT_EQ(asked.request.body, R"({"vidm_token":"ey\"J"})");
  EXPECT_EQ(login.header(asked.token), "Authorization: NetworkInsight t");
  EXPECT_TRUE(login.gives_back());
}

TEST(VidmLogin, ThatIsRefusedIsExplainedByItsStatus) {
  struct Row {
    int status;
    const char* words;
  };
  VidmLogin login({Secret("x")});
  const TokenRequest request = obtain_from(login, R"({"token":"t"})").request;
  for (const Row& row : {
           Row{400, "get a fresh one"},
           Row{401, "it may have expired"},
           Row{401, "100 valid tokens"},
           Row{404, "is VMware Identity Manager configured"},
           Row{412, "is VMware Identity Manager configured"},
       }) {
    EXPECT_THAT(request.refusal(row.status),
                testing::AllOf(HasSubstr(row.words), HasSubstr(std::to_string(row.status))));
  }
  EXPECT_FALSE(request.are_words_shown);
}

}  // namespace
}  // namespace vrni2syslog
