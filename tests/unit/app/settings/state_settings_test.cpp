#include "app/settings/state_settings.h"

#include "app/options/options.h"
#include "base/error.h"
#include "transport/collector_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] OptionValues values_of(const Arguments& arguments) {
  return OptionValues({parse_command_line(arguments)});
}

struct DirectoryCase {
  const char* name;
  Arguments arguments;
  Variables variables;
  bool is_root;
  const char* directory;
};

class StateDirectoryTable : public testing::TestWithParam<DirectoryCase> {};

TEST_P(StateDirectoryTable, IsFound) {
  const DirectoryCase& row = GetParam();
  EXPECT_EQ(find_state_directory(values_of(row.arguments), Environment(row.variables), row.is_root),
            row.directory);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StateDirectoryTable,
    testing::Values(
        DirectoryCase{"Given", {"--state-dir", "/srv/state"}, {{"HOME", "/h"}}, true, "/srv/state"},
        DirectoryCase{"Root", {}, {{"HOME", "/root"}}, true, "/var/lib/vrni2syslog"},
        DirectoryCase{"Home", {}, {{"HOME", "/h"}}, false, "/h/.local/state/vrni2syslog"},
        DirectoryCase{
            "Xdg", {}, {{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}, false, "/s/vrni2syslog"},
        DirectoryCase{"RelativeXdg",
                      {},
                      {{"HOME", "/h"}, {"XDG_STATE_HOME", "s"}},
                      false,
                      "/h/.local/state/vrni2syslog"}),
    [](const auto& row) { return row.param.name; });

TEST(StateSettings, AskForADirectoryWhereThereIsNone) {
  try {
    (void)find_state_directory(values_of({}), Environment(Variables{}), false);
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr("--state-dir"));
  }
}

TEST(StateSettings, AreThereOnlyForRepeats) {
  const Environment nothing(Variables{});
  EXPECT_FALSE(make_sent_flow_settings(values_of({}), nothing, false));
  EXPECT_FALSE(make_sent_flow_settings(values_of({"--state-dir", "/s"}), nothing, false));
  const auto settings = make_sent_flow_settings(
      values_of({"--repeat-after", "7d", "--state-dir", "/s"}), nothing, true);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->repeat_after, hours(7 * 24));
  EXPECT_EQ(settings->state_directory, "/s");
  EXPECT_TRUE(settings->is_dry_run);
}

TEST(StateSettings, RefuseAPeriodThatIsNone) {
  for (const char* const period : {"0s", "x", "-1d"}) {
    const OptionValues values = values_of({"--repeat-after", period, "--state-dir", "/s"});
    EXPECT_THROW((void)make_sent_flow_settings(values, Environment(Variables{}), false), Error)
        << period;
  }
}

TEST(StateSettings, NameAJobByWhatItIs) {
  const std::vector<CollectorAddress> collectors{
      parse_collector("tls://a,tcp://b?framing=octet", TlsSettings{}),
      parse_collector("udp://c", TlsSettings{}), parse_collector("udp://c:514", TlsSettings{})};
  const JobIdentity identity = make_job_identity("https://h/api/ni", "port = 1", collectors);
  EXPECT_EQ(identity.platform, "https://h/api/ni");
  EXPECT_EQ(identity.filter, "port = 1");
  EXPECT_THAT(identity.collectors,
              testing::ElementsAre("tls://a:6514,tcp://b:514", "udp://c:514", "udp://c:514#2"));
  const Environment nothing(Variables{});
  const JobSettings by_itself =
      make_job_settings(values_of({"--state-dir", "/s"}), nothing, identity);
  EXPECT_EQ(by_itself.name, default_job_name(identity));
  EXPECT_EQ(by_itself.identity, identity);
  EXPECT_EQ(by_itself.state_directory, "/s");
  EXPECT_EQ(by_itself.lock_wait, std::chrono::seconds(0));
  const JobSettings named = make_job_settings(
      values_of({"--state-dir", "/s", "--job", "nightly", "--lock-wait", "5m"}), nothing, identity);
  EXPECT_EQ(named.name, "nightly");
  EXPECT_EQ(named.lock_wait, std::chrono::minutes(5));
  EXPECT_THROW(
      (void)make_job_settings(values_of({"--state-dir", "/s", "--job", "../x"}), nothing, identity),
      Error);
}

}  // namespace
}  // namespace vrni2syslog
