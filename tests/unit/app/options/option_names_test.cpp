#include "app/options/option_names.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vrni2syslog {
namespace {

TEST(FindOption, TakesUnderscoresForDashes) {
  ASSERT_NE(find_option("get_vidm_client_id"), nullptr);
  EXPECT_EQ(find_option("get_vidm_client_id")->option, Option::GetVidmClientId);
}

TEST(FindOption, GuessesNoAbbreviations) {
  EXPECT_EQ(find_option("collect"), nullptr);
  EXPECT_EQ(find_option(""), nullptr);
}

TEST(EnvironmentName, IsInUpperCaseWithUnderscores) {
  EXPECT_EQ(environment_name(info_of(Option::PlatformIp)), "VRNI2SYSLOG_PLATFORM_IP");
}

TEST(ValueName, IsThatOfTheKindUnlessTheOptionHasItsOwn) {
  EXPECT_EQ(value_name(info_of(Option::PasswordFile)), "FILE");
  EXPECT_EQ(value_name(info_of(Option::Last)), "TIME");
  EXPECT_EQ(value_name(info_of(Option::PlatformIp)), "HOST");
  EXPECT_EQ(value_name(info_of(Option::Yesterday)), "");
}

TEST(SuggestOption, NamesASimilarOneOrNothing) {
  EXPECT_EQ(suggest_option("colector", "--"), "; did you mean --collector?");
  EXPECT_EQ(suggest_option("vrli_serverr", ""), "; did you mean vrli-server?");
  EXPECT_EQ(suggest_option("xyz", "--"), "");
}

TEST(NearestName, FindsWhatWasMeant) {
  constexpr std::array<std::string_view, 4> kNames{"collector", "config", "password",
                                                   "password-file"};
  struct Case {
    std::string_view wanted;
    std::string_view expected;
  };
  for (const Case& row : {Case{"colector", "collector"}, Case{"collcetor", "collector"},
                          Case{"collectors", "collector"}, Case{"passwd-file", "password-file"},
                          Case{"pass", "password"}, Case{"conf", "config"}, Case{"xyz", ""},
                          Case{"", ""}, Case{"co", ""}}) {
    EXPECT_EQ(nearest_name(row.wanted, kNames), row.expected) << row.wanted;
  }
  EXPECT_EQ(nearest_name(std::string(100'000, 'a'), kNames), "");
}

}  // namespace
}  // namespace vrni2syslog
