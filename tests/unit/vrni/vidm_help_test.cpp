#include "vrni/vidm_help.h"

#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

[[nodiscard]] Error failure_of(const HttpResponse& response) {
  ApiFixture fixture;
  fixture.script("/auth/vidm/client-id", {response});
  ApiClient api = fixture.make_api();
  try {
    (void)vidm_help(api);
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::Bug, "no error");
}

TEST(VidmHelp, NamesTheClientAndTheNextStepWithoutALogin) {
  ApiFixture fixture;
  fixture.script("/auth/vidm/client-id",
                 {answer(200, "{\"vidm_appliance\":\"vidm.local\",\"client_id\":\"a\\nb\"}")});
  ApiClient api = fixture.make_api();
  const std::string text = vidm_help(api);
  for (const char* words : {"vIDM appliance: vidm.local\n", "client id:      a b\n",
                            "https://vidm.local/SAAS/auth/oauthtoken", "--vidm-token-file"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  ASSERT_EQ(fixture.http.requests().size(), 1U);
  EXPECT_EQ(fixture.http.requests()[0].method, "GET");
  EXPECT_THAT(fixture.http.requests()[0].headers, Not(Contains(HasSubstr("Authorization"))));
}

TEST(VidmHelp, IsRefusedByAPlatformWithoutAnIdentityManager) {
  const Error error = failure_of(api_error(403));
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("knows no VMware Identity Manager (403)"));
}

TEST(VidmHelp, IsNotMadeOfOtherAnswers) {
  EXPECT_EQ(failure_of(answer(200, "{}")).fault(), Fault::Data);
  EXPECT_EQ(failure_of(answer(200, R"({"client_id":"x"})")).fault(), Fault::Data);
  EXPECT_EQ(failure_of(api_error(404)).fault(), Fault::Data);
  EXPECT_EQ(failure_of(answer(401, "")).fault(), Fault::LoginRefused);
}

}  // namespace
}  // namespace vrni2syslog
