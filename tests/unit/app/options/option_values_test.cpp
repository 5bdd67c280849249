#include "app/options/option_values.h"

#include "app/options/config_file.h"
#include "app/options/environment.h"
#include "app/options/options.h"
#include "base/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] OptionValues merge(const std::vector<std::string>& arguments,
                                 std::map<std::string, std::string, std::less<>> environment,
                                 std::string_view file) {
  return OptionValues({parse_command_line(arguments), Environment(std::move(environment)).options(),
                       parse_config_text(file, "x.conf")});
}

[[nodiscard]] std::vector<std::string> collectors(const OptionValues& values) {
  std::vector<std::string> urls;
  for (const GivenOption& given : values.of(Option::Collector)) urls.push_back(given.value);
  return urls;
}

TEST(OptionValues, PrefersTheCommandLineThenTheEnvironmentThenTheFileThenTheDefault) {
  const std::map<std::string, std::string, std::less<>> environment = {
      {"VRNI2SYSLOG_SETTLE", "2m"}};
  EXPECT_EQ(merge({"--settle", "1m"}, environment, "settle = 3m").text(Option::Settle), "1m");
  EXPECT_EQ(merge({}, environment, "settle = 3m").text(Option::Settle), "2m");
  EXPECT_EQ(merge({}, {}, "settle = 3m").text(Option::Settle), "3m");
  EXPECT_EQ(merge({}, {}, "").text(Option::Settle), "10m");
}

TEST(OptionValues, TakesTheLastOfTheSameOptionOnTheCommandLine) {
  EXPECT_EQ(merge({"--settle", "1m", "--settle", "5m"}, {}, "").text(Option::Settle), "5m");
}

TEST(OptionValues, ReplacesTheFilesCollectorsByThoseOfTheCommandLine) {
  const std::string file = "collector = tcp://a\ncollector = tcp://b\n";
  EXPECT_THAT(collectors(merge({}, {}, file)), testing::ElementsAre("tcp://a", "tcp://b"));
  EXPECT_THAT(collectors(merge({"--collector", "tcp://c", "--collector", "tcp://d"}, {}, file)),
              testing::ElementsAre("tcp://c", "tcp://d"));
  EXPECT_THAT(
      collectors(merge({}, {{"VRNI2SYSLOG_COLLECTOR", " tcp://c  tcp://d,tcp://e\n"}}, file)),
      testing::ElementsAre("tcp://c", "tcp://d,tcp://e"));
}

TEST(OptionValues, ReplacesAllThatAnswersTheSameQuestion) {
  const OptionValues window = merge({"--last", "2h"}, {}, "yesterday = yes");
  EXPECT_FALSE(window.is_given(Option::Yesterday));
  const OptionValues server = merge({"--vrli_server", "h"}, {}, "collector = tcp://a");
  EXPECT_TRUE(server.of(Option::Collector).empty());
  const OptionValues password =
      merge({"--password-file", "f"}, {{"VRNI2SYSLOG_PASSWORD", "p"}}, "password = q");
  EXPECT_FALSE(password.is_given(Option::Password));
}

TEST(OptionValues, KeepsSinceAndUntilOfOneSourceTogether) {
  const OptionValues values = merge({}, {}, "since = 2026-11-22\nuntil = 2026-11-23\n");
  EXPECT_TRUE(values.is_given(Option::Since));
  EXPECT_TRUE(values.is_given(Option::Until));
}

TEST(OptionValues, TakesAFlagOfTheFileBack) {
  EXPECT_TRUE(merge({}, {}, "insecure = yes").is_set(Option::Insecure));
  EXPECT_FALSE(merge({"--insecure=no"}, {}, "insecure = yes").is_set(Option::Insecure));
}

TEST(OptionValues, SaysWhereABadValueComesFrom) {
  struct Case {
    OptionValues values;
    Fault fault;
    const char* origin;
  };
  const Case cases[] = {
      {merge({"--settle", "5x"}, {}, ""), Fault::Usage, "--settle: '5x'"},
      {merge({}, {{"VRNI2SYSLOG_SETTLE", "5x"}}, ""), Fault::Configuration,
       "VRNI2SYSLOG_SETTLE: '5x'"},
      {merge({}, {}, "\nsettle = 5x"), Fault::Configuration, "x.conf:2: settle: '5x'"},
  };
  for (const Case& row : cases) {
    try {
      static_cast<void>(row.values.parse(Option::Settle, parse_duration));
      ADD_FAILURE() << row.origin;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), row.fault);
      EXPECT_THAT(error.what(), HasSubstr(row.origin));
    }
  }
}

TEST(Environment, CountsAnEmptyVariableAsNotSetUnlessTheOptionMayBeEmpty) {
  const OptionValues values =
      merge({}, {{"VRNI2SYSLOG_SETTLE", ""}, {"VRNI2SYSLOG_FILTER", ""}}, "");
  EXPECT_EQ(values.text(Option::Settle), "10m");
  EXPECT_TRUE(values.is_given(Option::Filter));
  EXPECT_EQ(values.text(Option::Filter), "");
}

TEST(Environment, CanBeReadInPartIfItIsWrong) {
  const Environment environment(
      {{"VRNI2SYSLOG_MARK_NEW", "perhaps"}, {"VRNI2SYSLOG_LOG_FORMAT", "json"}});
  EXPECT_THROW(static_cast<void>(environment.options()), Error);
  ASSERT_EQ(environment.readable_options().size(), 1U);
  EXPECT_EQ(environment.readable_options()[0].value, "json");
}

TEST(Environment, ReadsOnlyItsOwnVariables) {
  const char* const variables[] = {"PATH=/bin",
                                   "VRNI2SYSLOG=/x",
                                   "VRNI2SYSLOG_LAST=1h=2",
                                   "VRNI2SYSLOG_PASWORD=p",
                                   "VRNI2SYSLOG_DRY_RUN=1",
                                   "broken",
                                   nullptr};
  const Environment environment = Environment::from(variables);
  ASSERT_EQ(environment.options().size(), 1U);
  EXPECT_EQ(environment.options()[0].value, "1h=2");
  EXPECT_THAT(environment.unknown_names(),
              testing::ElementsAre("VRNI2SYSLOG_DRY_RUN", "VRNI2SYSLOG_PASWORD"));
}

}  // namespace
}  // namespace vrni2syslog
