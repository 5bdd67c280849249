#include "app/options/help.h"

#include "app/options/option_names.h"
#include "base/error.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

[[nodiscard]] std::string refusal_of(std::string_view topic) {
  try {
    static_cast<void>(help_text(topic));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    return error.what();
  }
  return "no error";
}

void expect_80_columns(std::string_view topic) {
  std::istringstream lines(help_text(topic));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << topic << ": " << line;
  }
}

TEST(Help, FitsATerminalOf80Columns) {
  expect_80_columns(kBasicHelp);
  expect_80_columns("all");
  for (const OptionInfo& option : option_table()) expect_80_columns(option.name);
}

TEST(Help, FitsOneScreen) {
  EXPECT_LE(std::ranges::count(help_text(kBasicHelp), '\n'), 40);
}

TEST(Help, ShowsOnlyTheBasicOptionsAtFirst) {
  const std::string text = help_text(kBasicHelp);
  for (const OptionInfo& option : option_table()) {
    const char* before = option.short_name == '\0' ? "      " : ", ";
    EXPECT_EQ(text.find(fmt::format("{}--{} ", before, option.name)) != std::string::npos,
              option.is_basic)
        << option.name;
  }
}

TEST(Help, ShowsEachOptionOnceInTheOrderOfTheGroups) {
  const std::string text = help_text("all");
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
    EXPECT_THAT(help_text("all"), HasSubstr(title));
  }
}

TEST(Help, ListsTheChoicesOfAValue) {
  EXPECT_THAT(help_text("all"), HasSubstr(": LOCAL, LDAP or VIDM [LOCAL]"));
  EXPECT_THAT(help_text("all"), HasSubstr("auto, text, json or journal"));
}

TEST(Help, ShowsDefaults) {
  EXPECT_THAT(help_text("all"), HasSubstr("[admin@local]"));
}

TEST(Help, ShowsOneGroup) {
  const std::string text = help_text("lines");
  EXPECT_THAT(text, StartsWith("Lines:\n"));
  EXPECT_THAT(text, HasSubstr("--sd-id ID"));
  EXPECT_THAT(text, Not(HasSubstr("--collector")));
  for (const char* word :
       {"platform", "logins", "flows", "collectors", "lines", "running", "script"}) {
    EXPECT_THAT(help_text(kBasicHelp), HasSubstr(word));
    EXPECT_THAT(help_text(word), HasSubstr(":\n")) << word;
  }
}

TEST(Help, ShowsTheParagraphOfTheManualForEveryOption) {
  for (const OptionInfo& option : option_table()) {
    const std::string text = help_text(option.name);
    EXPECT_THAT(text, StartsWith(fmt::format("--{}", option.name)));
    EXPECT_THAT(text, HasSubstr("\n    ")) << option.name;
    EXPECT_THAT(text, HasSubstr(".\n")) << option.name;
  }
}

TEST(Help, AcceptsAnOptionAsItIsWrittenOnTheCommandLine) {
  EXPECT_EQ(help_text("--state_dir"), help_text("state-dir"));
}

TEST(Help, SaysWhereElseAnOptionCanBeSet) {
  EXPECT_THAT(help_text("last"), HasSubstr("\n    Environment: VRNI2SYSLOG_LAST\n"
                                           "    Configuration file: last = TIME\n"));
  EXPECT_THAT(help_text("insecure"), HasSubstr("    Configuration file: insecure = yes\n"));
  EXPECT_THAT(help_text("config"),
              AllOf(HasSubstr("Environment: VRNI2SYSLOG_CONFIG"), Not(HasSubstr("file: config"))));
  EXPECT_THAT(help_text("check"), Not(HasSubstr("Environment")));
}

TEST(Help, RefusesAnUnknownTopicAndSuggestsASimilarOne) {
  EXPECT_THAT(refusal_of("colector"), AllOf(HasSubstr("about 'colector'; did you mean collector?"),
                                            HasSubstr("platform, logins, flows")));
  EXPECT_THAT(refusal_of(""), HasSubstr("about ''; write all"));
}

TEST(Version, NamesTheLibraries) {
  EXPECT_THAT(version_text(), testing::ContainsRegex("^vrni2syslog [0-9]"));
  for (const char* library : {"Boost 1.", "{fmt} ", "libcurl ", "OpenSSL ", "SQLite "}) {
    EXPECT_THAT(version_text(), HasSubstr(library));
  }
}

}  // namespace
}  // namespace vrni2syslog
