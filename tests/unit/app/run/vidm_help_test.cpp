#include "app/run/vidm_help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

TEST(VidmHelp, NamesTheClientAndTheNextStep) {
  const std::string text = vidm_help({"vidm.example.com", "vrni-client"});
  for (const char* words : {"vIDM appliance: vidm.example.com\n", "client id:      vrni-client\n",
                            "https://vidm.example.com/SAAS/auth/oauthtoken", "--vidm-token-file"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
}

}  // namespace
}  // namespace vrni2syslog
