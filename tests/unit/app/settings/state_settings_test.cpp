#include "app/settings/state_settings.h"

#include "app/options/options.h"
#include "base/error.h"
#include "support/error_of.h"
#include "transport/collector_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;

[[nodiscard]] OptionValues values_of(const Arguments& arguments) {
  return OptionValues({parse_command_line(arguments)});
}

/// Of a system on which this is the place of states.
[[nodiscard]] SystemFacts facts_of(const char* state_directory) {
  return {{}, state_directory, {}};
}

TEST(StateDirectory, IsTheOneThatIsGivenOrThatOfTheSystem) {
  EXPECT_EQ(find_state_directory(values_of({"--state-dir", "/srv/state"}), facts_of("/s")),
            "/srv/state");
  EXPECT_EQ(find_state_directory(values_of({}), facts_of("/s")), "/s");
}

TEST(StateDirectory, CannotBeRelativeToADirectoryThatIsGone) {
  const std::filesystem::path before = std::filesystem::current_path();
  const std::filesystem::path gone = std::filesystem::path(testing::TempDir()) / "gone_directory";
  std::filesystem::create_directory(gone);
  std::filesystem::current_path(gone);
  std::filesystem::remove(gone);
  const Error error = error_of([] {
    (void)find_state_directory(values_of({"--state-dir", "rel"}), facts_of(""));
  });
  const auto absolute =
      find_state_directory(values_of({"--state-dir", "/srv/state"}), facts_of(""));
  std::filesystem::current_path(before);
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("--state-dir"), HasSubstr("absolute path")));
  EXPECT_EQ(absolute, "/srv/state");
}

TEST(StateDirectory, MustBeGivenIfTheSystemHasNone) {
  try {
    (void)find_state_directory(values_of({}), facts_of(""));
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr("--state-dir"));
  }
}

TEST(SentFlowSettings, AreThereOnlyIfWhatWasSentIsToBeRemembered) {
  EXPECT_FALSE(make_sent_flow_settings(values_of({}), facts_of(""), "scope"));
  EXPECT_FALSE(make_sent_flow_settings(values_of({"--state-dir", "/s"}), facts_of(""), "scope"));
  const auto settings =
      make_sent_flow_settings(values_of({"--repeat-after", "7d"}), facts_of("/s"), "scope");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->repeat_after, hours(7 * 24));
  EXPECT_EQ(settings->state_directory, "/s");
  EXPECT_EQ(settings->scope, "scope");
  EXPECT_FALSE(settings->is_dry_run);
}

TEST(SentFlowSettings, LeaveNothingOutIfFlowsAreOnlyMarked) {
  const auto settings = make_sent_flow_settings(values_of({"--mark-new"}), facts_of("/s"), "scope");
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->repeat_after);
  EXPECT_EQ(settings->state_directory, "/s");
}

TEST(SentFlowSettings, RefuseABadPeriodAndQuoteIt) {
  for (const char* const period : {"0s", "x", "-1d"}) {
    try {
      (void)make_sent_flow_settings(values_of({"--repeat-after", period}), facts_of("/s"), "");
      ADD_FAILURE() << period << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Usage) << period;
      EXPECT_THAT(error.what(), testing::StartsWith("--repeat-after: '" + std::string(period)));
    }
  }
}

TEST(JobSettings, NameAJobByItsIdentityUnlessANameIsGiven) {
  const std::vector<CollectorAddress> collectors{
      parse_collector("tls://a,tcp://b?framing=octet", TlsSettings{}),
      parse_collector("udp://c", TlsSettings{}), parse_collector("udp://c:514", TlsSettings{})};
  const JobIdentity identity = make_job_identity("https://h/api/ni", "port = 1", collectors);
  EXPECT_EQ(identity.platform, "https://h/api/ni");
  EXPECT_EQ(identity.filter, "port = 1");
  EXPECT_THAT(identity.collectors,
              testing::ElementsAre("tls://a:6514,tcp://b:514", "udp://c:514", "udp://c:514#2"));
  EXPECT_EQ(make_job_identity("https://H:443/api/ni", "port = 1",
                              {parse_collector("tls://A.,tcp://B:514", TlsSettings{}),
                               collectors[1], collectors[2]}),
            identity)
      << "the spelling does not matter";
  const SystemFacts facts = facts_of("/s");
  const JobSettings by_itself = make_job_settings(values_of({}), facts, identity);
  EXPECT_EQ(by_itself.name, default_job_name(identity));
  EXPECT_EQ(by_itself.identity, identity);
  EXPECT_EQ(by_itself.state_directory, "/s");
  EXPECT_EQ(by_itself.lock_wait, std::chrono::seconds(0));
  const JobSettings named =
      make_job_settings(values_of({"--job", "nightly", "--lock-wait", "5m"}), facts, identity);
  EXPECT_EQ(named.name, "nightly");
  EXPECT_EQ(named.lock_wait, std::chrono::minutes(5));
  try {
    (void)make_job_settings(values_of({"--job", "../x"}), facts, identity);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr("--job: '../x'"));
  }
}

TEST(AgeLimits, AreAWarningAndThenAnAlarm) {
  const AgeLimits usual = make_age_limits(values_of({}));
  EXPECT_EQ(usual.warning, hours(3));
  EXPECT_EQ(usual.critical, hours(24));
  const AgeLimits same = make_age_limits(values_of({"--warning-age=2d", "--critical-age=48h"}));
  EXPECT_EQ(same.warning, same.critical);
  const Error error = error_of([] {
    (void)make_age_limits(values_of({"--warning-age=2d", "--critical-age=47h"}));
  });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("--warning-age"), HasSubstr("--critical-age")));
}

}  // namespace
}  // namespace vrni2syslog
