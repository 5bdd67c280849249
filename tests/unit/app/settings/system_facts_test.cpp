#include "app/settings/system_facts.h"

#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Variables = std::map<std::string, std::string, std::less<>>;

constexpr uid_t kRoot = 0;
constexpr uid_t kUser = 1000;

[[nodiscard]] SystemFacts facts_of(const Variables& variables, uid_t user = kUser) {
  return find_system_facts(Environment(variables), user, UnixSeconds());
}

TEST(SystemFacts, KeepStatesInVarLibForRoot) {
  EXPECT_EQ(facts_of({{"HOME", "/root"}, {"XDG_STATE_HOME", "/s"}}, kRoot).state_directory,
            "/var/lib/vrni2syslog");
}

TEST(SystemFacts, KeepStatesOfAUserWhereTheXdgSpecificationSays) {
  EXPECT_EQ(facts_of({{"HOME", "/h"}}).state_directory, "/h/.local/state/vrni2syslog");
  EXPECT_EQ(facts_of({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}).state_directory, "/s/vrni2syslog");
  EXPECT_EQ(facts_of({{"XDG_STATE_HOME", "/s"}}).state_directory, "/s/vrni2syslog");
}

TEST(SystemFacts, KeepStatesWhereSystemdSays) {
  for (const uid_t user : {kRoot, kUser}) {
    const auto directory = [&](const std::string& value) {
      return facts_of({{"HOME", "/h"}, {"STATE_DIRECTORY", value}}, user).state_directory;
    };
    EXPECT_EQ(directory("/var/lib/site"), "/var/lib/site");
    EXPECT_EQ(directory("/var/lib/first:/var/lib/second"), "/var/lib/first");
    EXPECT_EQ(directory("relative"), directory(""));
  }
}

TEST(SystemFacts, IgnoreRelativeDirectories) {
  EXPECT_EQ(facts_of({{"HOME", "/h"}, {"XDG_STATE_HOME", "s"}}).state_directory,
            "/h/.local/state/vrni2syslog");
  EXPECT_EQ(facts_of({{"HOME", "h"}}).state_directory, "");
  EXPECT_EQ(facts_of({}).state_directory, "");
}

TEST(SystemFacts, FindSystemdCredentialsByEachOfTheirNames) {
  const TemporaryDirectory directory;
  const Variables variables{{"CREDENTIALS_DIRECTORY", directory.path().string()}};
  EXPECT_THAT(facts_of(variables).credentials, IsEmpty());
  const std::string general = directory.write("password", "general");
  EXPECT_THAT(facts_of(variables).credentials, ElementsAre(Pair("password", general)));
  const std::string own = directory.write("vrni2syslog.password", "own");
  const std::string token = directory.write("vrni2syslog.api-token", "token");
  const std::string of_directory = directory.write("vrni2syslog_bearer-token", "token");
  (void)directory.write("of-another-program", "x");
  EXPECT_THAT(facts_of(variables).credentials,
              ElementsAre(Pair("api-token", token), Pair("bearer-token", of_directory),
                          Pair("password", own)));
  EXPECT_THAT(facts_of({}).credentials, IsEmpty());
}

TEST(SystemFacts, FindThePasswordsOfProxies) {
  const auto passwords = [](const std::string& address) {
    std::string found;
    for (const Secret& password : facts_of({{"https_proxy", address}}).proxy_passwords)
      found += password.reveal();
    return found;
  };
  EXPECT_EQ(passwords("http://bob:s3cret@proxy:3128"), "s3cret");
  EXPECT_EQ(passwords("bob:s3cret@proxy:3128"), "s3cret");
  EXPECT_EQ(passwords("http://bob:s3/c@r?e#t@proxy:3128"), "s3/c@r?e#t");
  EXPECT_EQ(passwords("http://bob@proxy:3128"), "");
  EXPECT_EQ(passwords("http://proxy:3128"), "");
  EXPECT_EQ(facts_of({{"http_proxy", "http://a:b@p"}}).proxy_passwords.size(), 1U);
  EXPECT_EQ(facts_of({{"ALL_PROXY", "a:b@p"}, {"HTTPS_PROXY", "c:d@p"}}).proxy_passwords.size(),
            2U);
}

}  // namespace
}  // namespace vrni2syslog
