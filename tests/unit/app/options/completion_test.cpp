#include "app/options/completion.h"

#include "app/options/option_table.h"
#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

TEST(Completion, KnowsEveryOptionInEveryShell) {
  for (const OptionInfo& option : option_table()) {
    if (option.group == OptionGroup::Script) continue;
    const std::string name(option.name);
    EXPECT_THAT(completion_script("bash"),
                testing::AnyOf(HasSubstr("--" + name + " --"), HasSubstr(" --" + name + "'\n")));
    EXPECT_THAT(completion_script("zsh"),
                testing::AnyOf(HasSubstr("--" + name + "["), HasSubstr("--" + name + "=["),
                               HasSubstr(",--" + name + "}"), HasSubstr(",--" + name + "=}")));
    EXPECT_THAT(completion_script("fish"), HasSubstr(" -l " + name + " "));
  }
}

TEST(Completion, LeavesOutTheOptionsOfTheScript) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_THAT(completion_script(shell), Not(HasSubstr("vrli-"))) << shell;
    EXPECT_THAT(completion_script(shell), Not(HasSubstr("deployment-type"))) << shell;
  }
}

TEST(Completion, OffersWhatAnOptionTakes) {
  struct Case {
    const char* shell;
    const char* text;
  };
  for (const Case& row : {
           Case{"bash", "--domain-type)\n      words='LOCAL LDAP VIDM'\n"},
           Case{"bash", "--save-capture | --state-dir)\n      compopt -o filenames"},
           Case{"zsh", "'--domain-type=[kind of account]:TYPE:(LOCAL LDAP VIDM)'"},
           Case{"zsh", "'--yesterday[the calendar day"},
           Case{"zsh", "'*--collector=[where lines go]:URL: compadd -S \"\" -- tls\\:// tcp\\://"},
           Case{"zsh", "authorities (PEM) for the platform \\[the system'\\''s\\]]:FILE:_files'"},
           Case{"zsh", "'(-n --dry-run)'{-n,--dry-run}'[print"},
           Case{"fish", " -l domain-type -x -a 'LOCAL LDAP VIDM' -d 'kind of account'\n"},
           Case{"fish", " -l password-file -r -F -d "},
           Case{"fish", " -l state-dir -x -a '(__fish_complete_directories)' -d "},
           Case{"fish", " -s n -l dry-run -d "},
       }) {
    EXPECT_THAT(completion_script(row.shell), HasSubstr(row.text));
  }
}

TEST(Completion, ExistsForEveryShellThatTheOptionNamesAndForNoOther) {
  for (const std::string_view shell : info_of(Option::Completion).choices()) {
    EXPECT_THAT(completion_script(shell), HasSubstr("vrni2syslog --completion "));
  }
  EXPECT_THROW(static_cast<void>(completion_script("csh")), Error);
}

}  // namespace
}  // namespace vrni2syslog
