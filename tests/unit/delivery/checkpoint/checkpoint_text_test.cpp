#include "delivery/checkpoint/checkpoint_text.h"

#include "base/sha256.h"
#include "support/error_of.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] std::string with_digest(const std::string& body) {
  Sha256 digest;
  digest.update(body);
  return body + "sha256: " + to_hex(digest.finish()) + "\n";
}

constexpr const char* kBody =
    "vrni2syslog state 1\n"
    "job: nightly\n"
    "platform: https://vrni.local/api/ni\n"
    "filter: protocol = 'TCP'\n"
    "watermark: 2026-11-22T13:00:00Z\n"
    "run: eec67650dc84e95d\n"
    "saved: 2026-11-22T15:00:00Z\n"
    "collector: tls://a:6514\n"
    "  watermark: 2026-11-22T14:00:00Z\n"
    "  verdict: consumed\n"
    "  confirmed: 2026-11-22T15:00:00Z\n"
    "collector: tcp://b:514\n"
    "  watermark: 2026-11-22T13:00:00Z\n"
    "  verdict: acked\n"
    "  confirmed: 2026-11-22T14:00:00Z\n";

TEST(CheckpointText, CanBeReadByPeople) {
  EXPECT_EQ(format_checkpoint(two_hours_and_one()), with_digest(kBody));
}

TEST(CheckpointText, IsReadBack) {
  EXPECT_EQ(parse_checkpoint(format_checkpoint(two_hours_and_one())), two_hours_and_one());
  const Checkpoint first = first_checkpoint("nightly", two_collectors(), hour(0));
  EXPECT_EQ(parse_checkpoint(format_checkpoint(first)), first);
}

TEST(CheckpointText, HasTheNextVersionIfItHoldsOwedWindows) {
  Checkpoint checkpoint = two_hours_and_one();
  ASSERT_TRUE(owe(checkpoint, 0, {hour(2), hour(3)}));
  ASSERT_TRUE(owe(checkpoint, 0, {hour(3), hour(4)}));
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, testing::StartsWith("vrni2syslog state 2\n"));
  EXPECT_THAT(text, HasSubstr("  owed: 2026-11-22T14:00:00Z/2026-11-22T15:00:00Z\n"
                              "  owed: 2026-11-22T15:00:00Z/2026-11-22T16:00:00Z\n"
                              "collector: tcp://b:514\n"));
  EXPECT_EQ(parse_checkpoint(text), checkpoint);
}

TEST(CheckpointText, HasTheNextVersionIfItHoldsChains) {
  Checkpoint checkpoint = two_hours_and_one();
  ASSERT_TRUE(owe(checkpoint, 0, {hour(2), hour(3)}));
  checkpoint.collectors[0].chain = {.last = std::string(64, 'a'), .key = "deb2ded39dc26fce"};
  checkpoint.collectors[1].chain = {.last = std::string(64, 'b'), .key = {}};
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, testing::StartsWith("vrni2syslog state 3\n"));
  EXPECT_THAT(text, HasSubstr("  chain: " + std::string(64, 'a') + " deb2ded39dc26fce\n"));
  EXPECT_THAT(text, HasSubstr("  chain: " + std::string(64, 'b') + "\n"));
  EXPECT_EQ(parse_checkpoint(text), checkpoint);
  begin_chains(checkpoint, kSetWatermarkGenesis);
  EXPECT_THAT(format_checkpoint(checkpoint), HasSubstr("  chain: genesis set-watermark\n"));
  EXPECT_EQ(parse_checkpoint(format_checkpoint(checkpoint)), checkpoint);
}

TEST(CheckpointText, TakesNoWindowThatIsNone) {
  Checkpoint checkpoint = two_hours_and_one();
  ASSERT_TRUE(owe(checkpoint, 0, {hour(2), hour(3)}));
  const std::string text = format_checkpoint(checkpoint);
  const std::string window = "2026-11-22T14:00:00Z/2026-11-22T15:00:00Z";
  for (const std::string_view other :
       {"", "/", "2026-11-22T14:00:00Z", "2026-11-22T15:00:00Z/2026-11-22T14:00:00Z"}) {
    std::string body = text.substr(0, text.find("sha256: "));
    body.replace(body.find(window), window.size(), other);
    const Error error = error_of([&] { static_cast<void>(parse_checkpoint(with_digest(body))); });
    EXPECT_EQ(error.fault(), Fault::CannotWrite) << other;
  }
}

TEST(CheckpointText, HoldsAnyCharacter) {
  Checkpoint checkpoint = two_hours_and_one();
  checkpoint.filter.clear();
  for (int c = 0; c < 256; ++c) checkpoint.filter += static_cast<char>(c);
  checkpoint.filter += "\\x41: \n";
  EXPECT_EQ(parse_checkpoint(format_checkpoint(checkpoint)), checkpoint);
}

TEST(CheckpointText, IsNotTakenCutShort) {
  const std::string text = with_digest(kBody);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Error error =
        error_of([&] { static_cast<void>(parse_checkpoint(text.substr(0, length))); });
    EXPECT_EQ(error.fault(), Fault::CannotWrite) << length;
  }
}

TEST(CheckpointText, IsNotTakenWithABitTurned) {
  const std::string text = with_digest(kBody);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string turned = text;
    turned[at] = static_cast<char>(turned[at] ^ 1);
    EXPECT_THROW(static_cast<void>(parse_checkpoint(turned)), Error) << at;
  }
}

struct DamageCase {
  const char* name;
  std::string text;
  Fault fault;
  const char* message;
};

class CheckpointDamage : public testing::TestWithParam<DamageCase> {};

TEST_P(CheckpointDamage, IsTold) {
  const Error error = error_of([] { static_cast<void>(parse_checkpoint(GetParam().text)); });
  EXPECT_EQ(error.fault(), GetParam().fault);
  EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
}

/// The body with a part replaced, and the right digest.
[[nodiscard]] std::string altered(std::string_view from, std::string_view to) {
  std::string body = kBody;
  body.replace(body.find(from), from.size(), to);
  return with_digest(body);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CheckpointDamage,
    testing::Values(
        DamageCase{"Empty", "", Fault::CannotWrite, "is empty"},
        DamageCase{"OtherFile", "root:x:0:0\n", Fault::CannotWrite, "does not begin as"},
        DamageCase{"LaterVersion", altered("state 1", "state 4"), Fault::Configuration,
                   "use a later version"},
        DamageCase{"NoVersion", altered("state 1", "state x"), Fault::CannotWrite, "first line"},
        DamageCase{"SomethingBehind", with_digest(kBody) + "\n", Fault::CannotWrite, "cut short"},
        DamageCase{"DigestOfSomethingElse", std::string(kBody) + with_digest("x").substr(1),
                   Fault::CannotWrite, "digest does not match"},
        DamageCase{"NoTime", altered("2026-11-22T14", "2026-99-22T14"), Fault::CannotWrite,
                   "not a time"},
        DamageCase{"NoVerdict", altered("verdict: acked", "verdict: akced"), Fault::CannotWrite,
                   "an unknown verdict"},
        DamageCase{"NoFilter", altered("filter", "folder"), Fault::CannotWrite, "lacks 'filter'"},
        DamageCase{"NoCollector",
                   with_digest(std::string(kBody).substr(0, std::string(kBody).find("collector"))),
                   Fault::CannotWrite, "lacks 'collector'"},
        DamageCase{"Escape", altered("'TCP'", "\\x4"), Fault::CannotWrite, "a wrong escape"},
        DamageCase{"UnusualEscape", altered("TCP", "\\x41"), Fault::CannotWrite, "contradicts"},
        DamageCase{"OtherWatermark",
                   altered("watermark: 2026-11-22T13", "watermark: 2026-11-22T14"),
                   Fault::CannotWrite, "contradicts"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
