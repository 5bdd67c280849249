#include "app/options/print_config.h"

#include "app/options/config_file.h"
#include "app/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::Not;

[[nodiscard]] std::string printed(const std::vector<std::string>& arguments,
                                  std::string_view file) {
  return print_config(OptionValues({parse_command_line(arguments), parse_config_text(file, "f")}));
}

TEST(PrintConfig, ShowsWhereValuesComeFrom) {
  EXPECT_THAT(printed({"--last", "1h"}, "settle = 5m"),
              testing::AllOf(HasSubstr("# command line\nlast = 1h\n"),
                             HasSubstr("# configuration file\nsettle = 5m\n"),
                             HasSubstr("# defaults\nusername = admin@local\n")));
}

TEST(PrintConfig, HidesSecrets) {
  const std::string text =
      printed({"--password", "hunter2", "--vidm_token=hunter2", "--api-token", "hunter2"}, "");
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("password = <hidden>\n"));
}

TEST(PrintConfig, HidesTheCommandThatPrintsAToken) {
  const std::string text = printed({"--bearer-token-command", "curl -u bob:hunter2 h"}, "");
  EXPECT_THAT(text, HasSubstr("bearer-token-command = <hidden>\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(PrintConfig, ShowsAddressesWithoutUserNameAndPassword) {
  const std::string text =
      printed({"--platform-ip", "https://bob:hunter2@h/api/ni", "--cloud-api-url=bob:hunter2@i",
               "--cloud-auth-url=https://bob:hunter2@j", "--collector",
               "tls://k,tcp://bob:hunter2@l", "--vrli-server", "bob:hunter2@m"},
              "");
  EXPECT_THAT(text, testing::AllOf(HasSubstr("platform-ip = https://h/api/ni\n"),
                                   HasSubstr("cloud-api-url = i\n"),
                                   HasSubstr("cloud-auth-url = https://j\n"),
                                   HasSubstr("collector = tls://k,tcp://l\n"),
                                   HasSubstr("vrli-server = m\n"), Not(HasSubstr("hunter2"))));
}

TEST(PrintConfig, CanBeReadAgain) {
  const std::string text = printed({"--collector", "tcp://a", "--collector", "tcp://b", "--config",
                                    "f", "--filter=", "--insecure", "--print-config"},
                                   "");
  const OptionValues again({parse_config_text(text, "again")});
  EXPECT_EQ(again.of(Option::Collector).size(), 2U);
  EXPECT_TRUE(again.is_set(Option::Insecure));
  EXPECT_TRUE(again.is_given(Option::Filter));
  EXPECT_EQ(again.text(Option::Filter), "");
  EXPECT_EQ(again.text(Option::Deadline), "6h");
}

TEST(PrintConfig, PutsEachValueOnOneLineWhole) {
  EXPECT_THAT(printed({"--filter", "a\nb"}, ""), HasSubstr("filter = a b\n"));
  const std::string long_filter(5000, 'x');
  EXPECT_THAT(printed({"--filter", long_filter}, ""), HasSubstr(long_filter + "\n"));
}

}  // namespace
}  // namespace vrni2syslog
