#include "app/settings/manifest_keys.h"

#include "app/options/options.h"
#include "app/settings/settings.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ManifestKeysTest : public testing::Test {
 protected:
  [[nodiscard]] std::string new_key(const std::string& name) const {
    std::string path = (directory_.path() / name).string();
    static_cast<void>(make_manifest_key(path));
    return path;
  }

  [[nodiscard]] std::optional<ManifestKeys> load(
      const std::vector<std::string>& arguments,
      const std::map<std::string, std::string, std::less<>>& variables = {}) {
    const Environment environment(variables);
    const SystemFacts facts = find_system_facts(environment, 1000, UnixSeconds());
    return load_manifest_keys(OptionValues({parse_command_line(arguments)}),
                              {facts, prompt_, warnings_});
  }

  TemporaryDirectory directory_;
  std::vector<std::string> warnings_;
  SecretPrompt prompt_ = [](const std::string&) { return std::nullopt; };
};

TEST_F(ManifestKeysTest, AreThoseOfTheFiles) {
  const std::string key = new_key("key");
  const std::string previous = new_key("previous");
  EXPECT_FALSE(load({}).has_value());
  const auto of_key = load({"--manifest-key", key});
  ASSERT_TRUE(of_key.has_value());
  EXPECT_FALSE(of_key->previous.has_value());
  const auto of_both = load({"--manifest-key", key, "--previous-manifest-key", previous});
  ASSERT_TRUE(of_both && of_both->previous);
  EXPECT_EQ(of_both->key.id(), of_key->key.id());
  EXPECT_NE(of_both->previous->id(), of_key->key.id());
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(ManifestKeysTest, SignNothingIfNoManifestIsSent) {
  const std::vector<std::string> arguments{
      "--platform-ip",  "vrni.local",  "--collector", "tcp://a",
      "--username",     "u",           "--state-dir", directory_.path().string(),
      "--manifest-key", new_key("key")};
  const auto warnings_with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), arguments.begin(), arguments.end());
    const Environment environment(std::map<std::string, std::string, std::less<>>{});
    const SystemFacts facts = find_system_facts(environment, 1000, UnixSeconds());
    return make_settings(OptionValues({parse_command_line(more)}), facts).warnings;
  };
  EXPECT_THAT(warnings_with({}), IsEmpty());
  EXPECT_THAT(warnings_with({"--no-manifest"}),
              ElementsAre(HasSubstr("--no-manifest: nothing is signed with --manifest-key")));
}

TEST_F(ManifestKeysTest, AreThoseOfSystemdsCredentials) {
  static_cast<void>(new_key("vrni2syslog.manifest-key"));
  static_cast<void>(new_key("vrni2syslog.previous-manifest-key"));
  const auto keys = load({}, {{"CREDENTIALS_DIRECTORY", directory_.path().string()}});
  ASSERT_TRUE(keys && keys->previous);
  EXPECT_NE(keys->key.id(), keys->previous->id());
}

TEST_F(ManifestKeysTest, AreRefusedIfTheyAreNoKeysOrTheNewOneIsMissing) {
  const std::string text = directory_.write("text", "no key\n").string();
  std::filesystem::permissions(text, std::filesystem::perms(0600));
  const Error none = error_of([&] { static_cast<void>(load({"--manifest-key", text})); });
  EXPECT_EQ(none.fault(), Fault::Configuration);
  EXPECT_THAT(none.what(), HasSubstr("no private key in PEM"));
  const std::string key = new_key("key");
  const Error alone = error_of([&] { static_cast<void>(load({"--previous-manifest-key", key})); });
  EXPECT_EQ(alone.fault(), Fault::Usage);
  EXPECT_THAT(alone.what(), HasSubstr("--manifest-key"));
}

TEST_F(ManifestKeysTest, ArePrivateFilesThatAreNeverOverwritten) {
  const std::string path = new_key("key");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const Error error = error_of([&] { static_cast<void>(make_manifest_key(path)); });
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(error.what(), HasSubstr("is there already"));
}

}  // namespace
}  // namespace vrni2syslog
