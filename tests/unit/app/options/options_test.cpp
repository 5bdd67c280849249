#include "app/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

[[nodiscard]] GivenOption only_option(const Arguments& arguments) {
  const std::vector<GivenOption> given = parse_command_line(arguments);
  EXPECT_EQ(given.size(), 1U);
  return given.empty() ? GivenOption{} : given.front();
}

[[nodiscard]] std::string usage_error(const Arguments& arguments) {
  try {
    static_cast<void>(parse_command_line(arguments));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    return error.what();
  }
  return "no error";
}

TEST(CommandLine, TakesTheValueFromTheNextArgumentOrAfterAnEqualsSign) {
  for (const Arguments& arguments :
       {Arguments{"--platform-ip", "vrni.local"}, Arguments{"--platform-ip=vrni.local"},
        Arguments{"--platform_ip", "vrni.local"}, Arguments{"--platform_ip=vrni.local"}}) {
    const GivenOption given = only_option(arguments);
    EXPECT_EQ(given.option, Option::PlatformIp);
    EXPECT_EQ(given.value, "vrni.local");
    EXPECT_EQ(given.source, OptionSource::CommandLine);
    EXPECT_EQ(given.origin, "--platform-ip");
  }
}

TEST(CommandLine, LeavesUnderscoresAndDashesOfValuesAlone) {
  EXPECT_EQ(only_option({"--password", "--a_b"}).value, "--a_b");
  EXPECT_EQ(only_option({"--password=a_b=c"}).value, "a_b=c");
  EXPECT_EQ(only_option({"--password", "-h"}).value, "-h");
  EXPECT_EQ(only_option({"--collector", "-"}).value, "-");
}

TEST(CommandLine, AcceptsAnEmptyFilter) {
  EXPECT_EQ(only_option({"--filter", ""}).value, "");
  EXPECT_EQ(only_option({"--filter="}).value, "");
}

TEST(CommandLine, KnowsShortNames) {
  EXPECT_EQ(only_option({"-h"}).option, Option::Help);
  EXPECT_EQ(only_option({"-V"}).option, Option::Version);
  EXPECT_EQ(only_option({"-n"}).option, Option::DryRun);
  EXPECT_EQ(only_option({"-n"}).value, "yes");
}

TEST(CommandLine, NeedsNoTopicForHelp) {
  EXPECT_EQ(only_option({"--help"}).value, kBasicHelp);
  EXPECT_EQ(only_option({"-h"}).value, kBasicHelp);
  for (const Arguments& arguments :
       {Arguments{"--help", "all"}, Arguments{"--help=all"}, Arguments{"-h", "all"}}) {
    EXPECT_EQ(only_option(arguments).value, "all");
  }
}

TEST(CommandLine, TakesTheLastWordAfterHelpAsItsTopicAlsoIfItIsAnOption) {
  EXPECT_EQ(only_option({"--help", "--last"}).value, "--last");
  const std::vector<GivenOption> given = parse_command_line({"--help", "--last", "2h"});
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given.front().value, kBasicHelp);
  EXPECT_EQ(given.back().value, "2h");
}

TEST(CommandLine, TakesAFlagBackWithNo) {
  EXPECT_EQ(only_option({"--insecure"}).value, "yes");
  EXPECT_EQ(only_option({"--insecure=no"}).value, "no");
  EXPECT_EQ(only_option({"--insecure=off"}).value, "no");
  EXPECT_THAT(usage_error({"--insecure=maybe"}), HasSubstr("neither yes nor no"));
}

TEST(CommandLine, DoesNotTakeTheArgumentAfterAFlag) {
  const auto given = parse_command_line({"--yesterday", "--last", "1h"});
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given[0].option, Option::Yesterday);
  EXPECT_EQ(given[1].value, "1h");
}

TEST(CommandLine, KeepsRepeatedOptionsInOrder) {
  const auto given = parse_command_line({"--collector", "tcp://a", "--collector=tcp://b"});
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given[0].value, "tcp://a");
  EXPECT_EQ(given[1].value, "tcp://b");
}

struct RefusedCase {
  Arguments arguments;
  const char* message;
};

TEST(CommandLine, RefusesWhatItDoesNotUnderstand) {
  const std::vector<RefusedCase> cases = {
      {{"--colector", "x"}, "there is no option --colector; did you mean --collector?"},
      {{"--platform_pi=x"}, "there is no option --platform_pi; did you mean --platform-ip?"},
      {{"--platform"}, "did you mean --platform-ip?"},  // an abbreviation is offered, not guessed
      {{"--zzzzzz"}, "there is no option --zzzzzz; --help"},
      {{"--"}, "no error"},
      {{"-x"}, "there is no option -x"},
      {{"--last"}, "--last needs a value: TIME"},
      {{"--last", "--yesterday"}, "--last needs a value: TIME"},
      {{"--last="}, "--last needs a value: TIME"},
      {{"--platform-ip", ""}, "--platform-ip needs a value: HOST"},
      {{"vrni.local"}, "'vrni.local' is not an option"},
      {{"--", "--last"}, "'--last' is not an option"},
      {{""}, "'' is not an option"},
      {{"--yesterday", "now"}, "'now' is not an option"},
      {{std::string("--\x1b[2J\n")}, "there is no option --"},
  };
  for (const RefusedCase& refused : cases) {
    EXPECT_THAT(usage_error(refused.arguments), HasSubstr(refused.message));
  }
}

TEST(CommandLine, CanBeReadInPartIfItIsWrong) {
  for (const Arguments& wrong :
       {Arguments{"--no-such-option"}, Arguments{"--no-such-option", "value"}, Arguments{"-x"},
        Arguments{"word"}, Arguments{"--dry-run=perhaps"}, Arguments{"--last="}}) {
    SCOPED_TRACE(wrong.front());
    EXPECT_NE(usage_error(wrong), "no error");
    Arguments arguments = wrong;
    arguments.insert(arguments.end(), {"--job", "main"});
    arguments.insert(arguments.begin(), {"--status", "--log-format=json"});
    const OptionValues values({readable_options(arguments)});
    EXPECT_TRUE(values.is_set(Option::Status));
    EXPECT_EQ(values.text(Option::LogFormat), "json");
    EXPECT_EQ(values.text(Option::Job), "main");
    EXPECT_FALSE(values.is_given(Option::DryRun));
  }
  EXPECT_EQ(readable_options({"--job", "main", "--last"}).size(), 1U);
}

TEST(CommandLine, NeverQuotesASecret) {
  EXPECT_THAT(usage_error({"--password", "hunter2", "--last"}), Not(HasSubstr("hunter2")));
  EXPECT_THAT(usage_error({"--password", "two", "words"}),
              testing::StartsWith("what follows --password is not an option"));
  EXPECT_THAT(usage_error({"--pasword=hunter2"}), Not(HasSubstr("hunter2")));
}

[[nodiscard]] std::vector<std::string> hidden(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "vrni2syslog");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  hide_secrets(static_cast<int>(pointers.size()), pointers.data());
  std::vector<std::string> shown;
  for (std::size_t i = 1; i < pointers.size(); ++i) shown.emplace_back(pointers[i]);
  return shown;
}

TEST(ProcessList, DoesNotShowSecrets) {
  EXPECT_EQ(hidden({"--password", "p", "--username", "u"}),
            (Arguments{"--password", "", "--username", "u"}));
  EXPECT_EQ(hidden({"--password=p", "--last", "1h"}), (Arguments{"--password=", "--last", "1h"}));
  EXPECT_EQ(hidden({"--api_token", "t", "--vidm-token=t"}),
            (Arguments{"--api_token", "", "--vidm-token="}));
  EXPECT_EQ(hidden({"--bearer-token-command", "curl -u bob:hunter2 h", "--insecure"}),
            (Arguments{"--bearer-token-command", "", "--insecure"}));
}

TEST(ProcessList, ShowsEverythingElse) {
  const Arguments arguments{
      "--password-file", "f", "--bearer-token-file", "c", "password", "x", "--", "--password"};
  EXPECT_EQ(hidden(arguments), arguments);
}

TEST(ProcessList, WipesEveryByte) {
  std::string argument = "--password=hunter2";
  std::string program = "p";
  char* pointers[] = {program.data(), argument.data()};
  hide_secrets(2, pointers);
  EXPECT_EQ(argument, "--password=" + std::string(7, '\0'));
}

}  // namespace
}  // namespace vrni2syslog
