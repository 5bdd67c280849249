#include "app/options/help.h"

#include "app/options/option_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

TEST(Help, FitsATerminalOf80Columns) {
  std::istringstream lines(help_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, ShowsEachOptionOnceInTheOrderOfTheGroups) {
  const std::string text = help_text();
  std::size_t position = 0;
  for (const OptionInfo& option : option_table()) {
    const std::string name = "      --" + std::string(option.name);
    const std::string with_short = ", --" + std::string(option.name);
    const std::size_t found =
        std::min(text.find(name + (option.is_flag() ? " " : " " + std::string(value_name(option)))),
                 text.find(with_short + " "));
    ASSERT_NE(found, std::string::npos) << option.name;
    EXPECT_GT(found, position) << option.name;
    position = found;
  }
}

TEST(Help, HasATitleForEveryGroup) {
  for (const char* title :
       {"\nPlatform:\n", "\nOther ways to log in:\n", "\nFlows:\n", "\nCollectors:\n", "\nLines:\n",
        "\nRunning:\n", "\nCommand line of flows_to_vrli.py:\n"}) {
    EXPECT_THAT(help_text(), HasSubstr(title));
  }
}

TEST(Help, ListsTheChoicesOfAValue) {
  EXPECT_THAT(help_text(), HasSubstr(": LOCAL, LDAP or VIDM [LOCAL]"));
  EXPECT_THAT(help_text(), HasSubstr("text or json [text]"));
}

TEST(Help, ShowsDefaults) {
  EXPECT_THAT(help_text(), HasSubstr("[admin@local]"));
}

TEST(Version, NamesTheLibraries) {
  EXPECT_THAT(version_text(), testing::ContainsRegex("^vrni2syslog [0-9]"));
  for (const char* library : {"Boost 1.", "{fmt} ", "libcurl ", "OpenSSL ", "SQLite "}) {
    EXPECT_THAT(version_text(), HasSubstr(library));
  }
}

}  // namespace
}  // namespace vrni2syslog
