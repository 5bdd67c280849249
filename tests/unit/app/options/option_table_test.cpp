#include "app/options/option_table.h"

#include "app/options/help.h"
#include "format/line_format.h"
#include "format/record/priority.h"
#include "transport/schemes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(OptionTable, HasDefaultsThatAreAmongTheChoices) {
  for (const OptionInfo& option : option_table()) {
    if (option.choices == nullptr || option.default_value.empty()) continue;
    EXPECT_THAT(option.choices(), testing::Contains(option.default_value)) << option.name;
  }
}

TEST(OptionTable, TakesTheNamesOfFormatsFromTheTableOfFormats) {
  EXPECT_EQ(info_of(Option::Format).choices(), line_format_names());
}

TEST(OptionTable, SuggestsTheSchemesOfCollectorsThatThereAre) {
  std::string list;
  for (const std::string_view scheme : info_of(Option::Collector).suggestions()) {
    list += list.empty() ? "" : ", ";
    list += scheme;
  }
  EXPECT_EQ(list, scheme_list());
}

TEST(OptionTable, SuggestsTopicsOfHelpThatThereAre) {
  for (const std::string_view topic : info_of(Option::Help).suggestions()) {
    EXPECT_NO_THROW(static_cast<void>(help_text(topic))) << topic;
  }
}

TEST(OptionTable, SuggestsKeywordsOfSyslogThatThereAre) {
  for (const std::string_view name : info_of(Option::Facility).suggestions()) {
    EXPECT_NO_THROW(static_cast<void>(parse_facility(name))) << name;
  }
  for (const Option option : {Option::SeverityAllow, Option::SeverityDeny}) {
    for (const std::string_view name : info_of(option).suggestions()) {
      EXPECT_NO_THROW(static_cast<void>(parse_severity(name))) << name;
    }
  }
}

}  // namespace
}  // namespace vrni2syslog
