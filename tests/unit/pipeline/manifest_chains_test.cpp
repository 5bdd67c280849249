#include "pipeline/manifest_chains.h"

#include "base/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ManifestChainsTest : public testing::Test {
 protected:
  [[nodiscard]] ManifestChains chains(const ChainEnd& end, std::optional<ManifestKeys> keys) {
    return {std::vector{end}, std::move(keys), log_};
  }
  [[nodiscard]] ManifestChains signed_chains(const ChainEnd& end = {}) {
    return chains(end, ManifestKeys{key_, std::nullopt});
  }

  const SigningKey key_ = SigningKey::generate();
  const SigningKey old_ = SigningKey::generate();
  const std::unique_ptr<LineFormat> format_ = make_line_format("rfc5424", {});
  std::string told_;
  Log log_{LogLevel::Warning, LogFormat::Text, [this](std::string_view line) { told_ += line; }};
  Manifest manifest_;
};

TEST_F(ManifestChainsTest, TieEachManifestToTheOneBeforeItThatIsConfirmed) {
  ManifestChains chains = signed_chains();
  const ChainEnd first = chains.tie(0, manifest_, *format_);
  EXPECT_EQ(manifest_.link->previous, kGenesis);
  EXPECT_EQ(manifest_.link->genesis, kFirstGenesis);
  Sha256 digest;
  digest.update(format_->signed_text(manifest_));
  EXPECT_EQ(first.last, to_hex(digest.finish()));

  chains.extend(0, first);
  EXPECT_NE(chains.tie(0, manifest_, *format_), first);  // nobody confirms it
  EXPECT_EQ(manifest_.link->previous, first.last);
  static_cast<void>(chains.tie(0, manifest_, *format_));
  EXPECT_EQ(manifest_.link->previous, first.last);
  EXPECT_THAT(manifest_.link->genesis, IsEmpty());
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ManifestChainsTest, TellOnceThatTheStateKnowsOfNoneBefore) {
  Log log{LogLevel::Info, LogFormat::Text, [this](std::string_view line) { told_ += line; }};
  ManifestChains begun({{}, {}}, ManifestKeys{key_, std::nullopt}, log);
  static_cast<void>(begun.tie(0, manifest_, *format_));
  static_cast<void>(begun.tie(1, manifest_, *format_));
  EXPECT_THAT(told_, HasSubstr("a new chain of manifests begins (first)"));
  EXPECT_EQ(told_.find("begins"), told_.rfind("begins"));
  told_.clear();
  const ChainEnd end{.last = "ab12", .key = key_.id()};
  static_cast<void>(
      ManifestChains({end}, ManifestKeys{key_, std::nullopt}, log).tie(0, manifest_, *format_));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ManifestChainsTest, SignWhatTheManifestSays) {
  const ChainEnd end = signed_chains().tie(0, manifest_, *format_);
  EXPECT_EQ(end.key, key_.id());
  EXPECT_EQ(manifest_.link->key, key_.id());
  EXPECT_EQ(manifest_.link->signature, key_.sign(format_->signed_text(manifest_)));
}

TEST_F(ManifestChainsTest, HaveTheOldKeySignTheNewOne) {
  const ChainEnd end{.last = "ab12", .key = old_.id()};
  ManifestChains chains = this->chains(end, ManifestKeys{key_, old_});
  const ChainEnd next = chains.tie(0, manifest_, *format_);
  EXPECT_EQ(manifest_.link->previous, "ab12");
  EXPECT_EQ(manifest_.link->old_key, old_.id());
  EXPECT_EQ(manifest_.link->key_signature,
            old_.sign("vrni2syslog key change 1\nold_key=" + old_.id() + "\nkey=" + key_.id() +
                      "\nspki=" + key_.public_base64url() + "\nprev=ab12\n"));
  chains.extend(0, next);
  static_cast<void>(chains.tie(0, manifest_, *format_));
  EXPECT_THAT(manifest_.link->old_key, IsEmpty());
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ManifestChainsTest, BeginAgainWithAKeyThatNobodyVouchesFor) {
  const ChainEnd end{.last = "ab12", .key = old_.id()};
  static_cast<void>(signed_chains(end).tie(0, manifest_, *format_));
  EXPECT_EQ(manifest_.link->previous, kGenesis);
  EXPECT_EQ(manifest_.link->genesis, kKeyGenesis);
  EXPECT_THAT(told_, HasSubstr("--previous-manifest-key"));
}

TEST_F(ManifestChainsTest, TellThatNobodySignsAnyLonger) {
  const ChainEnd end{.last = "ab12", .key = old_.id()};
  EXPECT_THAT(chains(end, std::nullopt).tie(0, manifest_, *format_).key, IsEmpty());
  EXPECT_EQ(manifest_.link->previous, "ab12");
  EXPECT_THAT(manifest_.link->signature, IsEmpty());
  EXPECT_THAT(told_, HasSubstr("no longer"));
}

}  // namespace
}  // namespace vrni2syslog
