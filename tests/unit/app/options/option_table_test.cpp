#include "app/options/option_table.h"

#include "app/options/nearest_name.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace vrni2syslog {
namespace {

TEST(OptionTable, HasEachNameOnce) {
  std::set<std::string_view> names;
  std::set<char> short_names;
  for (const OptionInfo& option : option_table()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.short_name != '\0') {
      EXPECT_TRUE(short_names.insert(option.short_name).second) << option.name;
    }
  }
}

TEST(OptionTable, NamesAreLowerCaseWordsJoinedByDashes) {
  for (const OptionInfo& option : option_table()) {
    EXPECT_EQ(option.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos)
        << option.name;
  }
}

TEST(OptionTable, ExplainsEveryOption) {
  for (const OptionInfo& option : option_table()) {
    EXPECT_FALSE(option.help.empty()) << option.name;
  }
}

TEST(OptionTable, GivesFlagsNoDefault) {
  for (const OptionInfo& option : option_table()) {
    if (option.is_flag()) {
      EXPECT_TRUE(option.default_value.empty()) << option.name;
    }
  }
}

TEST(OptionTable, FindsANameWithUnderscores) {
  ASSERT_NE(find_option("get_vidm_client_id"), nullptr);
  EXPECT_EQ(find_option("get_vidm_client_id")->option, Option::GetVidmClientId);
  EXPECT_EQ(find_option("collect"), nullptr);
  EXPECT_EQ(find_option(""), nullptr);
}

TEST(OptionTable, NamesTheEnvironmentVariable) {
  EXPECT_EQ(environment_name(info_of(Option::PlatformIp)), "VRNI2SYSLOG_PLATFORM_IP");
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
