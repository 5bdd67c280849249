#include "app/options/config_file.h"

#include "app/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] std::string error_of(std::string_view text) {
  try {
    static_cast<void>(parse_config_text(text, "/etc/x.conf"));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Configuration);
    return error.what();
  }
  return "no error";
}

TEST(ConfigFile, ReadsNamesAndValues) {
  const auto given = parse_config_text(
      "# comment\n; another\n\nplatform_ip=vrni.local\r\n"
      "  username\t=  auditor@local  \n"
      "password = a#b ;\"c\" = d\n"
      "filter =\n"
      "yesterday = on",
      "x.conf");
  ASSERT_EQ(given.size(), 5U);
  EXPECT_EQ(given[0].option, Option::PlatformIp);
  EXPECT_EQ(given[0].value, "vrni.local");
  EXPECT_EQ(given[0].origin, "x.conf:4: platform-ip");
  EXPECT_EQ(given[1].value, "auditor@local");
  EXPECT_EQ(given[2].value, "a#b ;\"c\" = d");
  EXPECT_EQ(given[3].value, "");
  EXPECT_EQ(given[4].value, "yes");
}

TEST(ConfigFile, RefusesWhatItDoesNotUnderstandWithFileAndLine) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& row : {
           Case{"\ncolector = x",
                "/etc/x.conf:2: there is no option 'colector'; did you mean "
                "collector?"},
           Case{"[section]", "/etc/x.conf:1: a line must read 'name = value'"},
           Case{"= x", "/etc/x.conf:1: there is no option ''"},
           Case{"last =", "/etc/x.conf:1: last needs a value: TIME"},
           Case{"insecure = perhaps", "/etc/x.conf:1: insecure: 'perhaps' is neither yes nor no"},
           Case{"check = yes", "check is only for the command line"},
           Case{"dry-run = yes", "dry-run is only for the command line"},
           Case{"config = y.conf", "config is only for the command line"},
           Case{"settle = 1m\n\nsettle = 2m",
                "/etc/x.conf:3: settle is already given at /etc/x.conf:1"},
       }) {
    EXPECT_THAT(error_of(row.text), HasSubstr(row.message));
  }
}

TEST(ConfigFile, MustExistWhereItIsNamed) {
  try {
    static_cast<void>(
        read_config_file(OptionValues({parse_command_line({"--config", "/nonexistent/x.conf"})})));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), HasSubstr("--config: cannot open /nonexistent/x.conf"));
  }
}

}  // namespace
}  // namespace vrni2syslog
