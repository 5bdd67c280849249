#include "app/settings/collector_settings.h"

#include "app/options/options.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

TEST(CollectorPassword, IsAskedForAsATokenWhereNoCollectorHasAPassword) {
  struct Case {
    std::vector<std::string> collectors;
    std::string noun;
  };
  const std::vector<Case> cases = {
      {.collectors = {"cfapi://a?api=vcf9"}, .noun = "oken"},
      {.collectors = {"kafka+tls://a/t?sasl=oauthbearer"}, .noun = "oken"},
      {.collectors = {"cfapi://a?api=vcf9", "tcp://b"}, .noun = "oken"},
      {.collectors = {"cfapi://a?user=u"}, .noun = "assword"},
      {.collectors = {"kafka+tls://a/t?sasl=plain&user=u"}, .noun = "assword"},
      {.collectors = {"cfapi://a?api=vcf9", "cfapi://b?user=u"}, .noun = "assword"},
  };
  for (const Case& row : cases) {
    std::vector<std::string> arguments;
    for (const std::string& collector : row.collectors)
      arguments.insert(arguments.end(), {"--collector", collector});
    const OptionValues values({parse_command_line(arguments)});
    std::string asked;
    const SystemFacts facts;
    const SecretPrompt prompt = [&](const std::string& question) -> std::optional<Secret> {
      asked = question;
      return std::nullopt;
    };
    std::vector<std::string> warnings;
    CollectorOptions options;
    const Error error = error_of([&] {
      add_collector_password(make_collectors(values), values, {facts, prompt, warnings}, options);
    });
    EXPECT_THAT(asked, HasSubstr(row.noun + " for the collector: ")) << row.collectors.front();
    EXPECT_THAT(error.what(), HasSubstr(row.noun + " for the collector: give "
                                                   "--collector-password-file FILE"));
  }
}

}  // namespace
}  // namespace vrni2syslog
