#include "format/line_format.h"

#include "base/error.h"
#include "base/text/utf8.h"
#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Rfc5424Message;
using ::testing::StartsWith;

using LineFormatTest = FlowFixture;

TEST_F(LineFormatTest, WritesTheManifestSoThatTheMessageAloneProvesIt) {
  Manifest manifest{.window = kUnit, .flow_count = 5000, .lines_digest = {}, .time = kUnit.end};
  manifest.lines_digest.fill(0xAB);
  std::string digest;
  for (int i = 0; i < 32; ++i) digest += "ab";
  const std::string text =
      "vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z, SHA-256 " +
      digest + ", run r1";
  std::string out;
  make_line_format("rfc5424", options)->append_manifest(out, manifest);
  EXPECT_EQ(
      out,
      "<166>1 2026-11-22T13:00:00.000Z vrni.local vrni2syslog 4711 MANIFEST [vrniflow@32473 "
      "run=\"r1\" "
      "window_start=\"2026-11-22T12:00:00Z\" window_end=\"2026-11-22T13:00:00Z\" flows=\"5000\" "
      "lines_sha256=\"" +
          digest + "\"] " + text);
  out.clear();
  make_line_format("message", options)->append_manifest(out, manifest);
  EXPECT_EQ(out, text);
  out.clear();
  make_line_format("logger", options)->append_manifest(out, manifest);
  EXPECT_EQ(out, "<166>" + text);
}

TEST_F(LineFormatTest, WritesATestLineThatNobodyTakesForAFlow) {
  const std::string text =
      "vRNI-Test: 2026-11-22T13:00:00.000Z a test of the way to this collector; no flow";
  for (const auto& [format, expected] :
       {std::pair("rfc5424",
                  "<166>1 2026-11-22T13:00:00.000Z vrni.local vrni2syslog 4711 TEST "
                  "[vrniflow@32473 test=\"1\"] " +
                      text),
        std::pair("message", text), std::pair("logger", "<166>" + text)}) {
    std::string out;
    make_line_format(format, options)->append_test(out, kUnit.end);
    EXPECT_EQ(out, expected);
  }
}

TEST_F(LineFormatTest, SaysInTheManifestHowManyFlowsWereLeftOut) {
  Manifest manifest{.window = kUnit, .flow_count = 5, .left_out_count = 7, .time = kUnit.end};
  std::string out;
  make_line_format("rfc5424", options)->append_manifest(out, manifest);
  EXPECT_THAT(out, HasSubstr("0\" left_out=\"7\"] vRNI-Manifest: 5 flows from"));
}

TEST_F(LineFormatTest, SaysInTheManifestOfALateEpochHowManyFlowsWereLate) {
  const Manifest manifest{
      .window = kUnit, .flow_count = 5, .left_out_count = 7, .late_count = 12, .time = kUnit.end};
  for (const auto& [format, expected] :
       {std::pair("rfc5424", "left_out=\"7\" late=\"12\"] vRNI-Manifest: 5 late flows from"),
        std::pair("message", "vRNI-Manifest: 5 late flows from 2")}) {
    std::string out;
    make_line_format(format, options)->append_manifest(out, manifest);
    EXPECT_THAT(out, HasSubstr(expected));
  }
}

/// A manifest with everything that one can say.
[[nodiscard]] Manifest signed_manifest(const TimeWindow& window) {
  Manifest manifest{.window = window, .flow_count = 5, .left_out_count = 7, .time = window.end};
  manifest.link = ManifestLink{.previous = "00ff",
                               .genesis = "first",
                               .key = "11",
                               .old_key = "22",
                               .spki = "MC-_",
                               .key_signature = "s-_1",
                               .signature = "s-_2"};
  return manifest;
}

TEST_F(LineFormatTest, TiesManifestsToOneAnother) {
  const Manifest manifest = signed_manifest(kUnit);
  options.origin.job = "nightly";
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"rfc5424",
       "left_out=\"7\" platform=\"vrni.local\" job=\"nightly\" format=\"rfc5424\" prev=\"00ff\" "
       "genesis=\"first\" key=\"11\" old_key=\"22\" spki=\"MC-_\" key_sig=\"s-_1\" sig=\"s-_2\" "
       "attempt=\"2\"]"},
      {"rfc3164", " prev=\"00ff\" genesis=\"first\" key=\"11\" old_key=\"22\" spki=\"MC-_\""},
      {"cef", "vrni2syslogFlowKeySig=s-_1"},
      {"leef", "^vrniKeySig=s-_1^vrniSig=s-_2"},
      {"json", "\"key_sig\":\"s-_1\""},
      {"message",
       " run=r1 window_start=2026-11-22T12:00:00Z window_end=2026-11-22T13:00:00Z flows=5 "
       "lines_sha256=0000000000000000000000000000000000000000000000000000000000000000 left_out=7 "
       "platform=vrni.local job=nightly format=message prev=00ff genesis=first key=11 old_key=22 "
       "spki=MC-_ key_sig=s-_1 sig=s-_2 attempt=2"}};
  for (const auto& [name, expected] : cases) {
    const std::unique_ptr<LineFormat> format = make_line_format(name, options);
    format->begin_epoch(2);
    std::string out;
    format->append_manifest(out, manifest);
    EXPECT_THAT(out, HasSubstr(std::string(expected)));
  }
}

TEST_F(LineFormatTest, SignsEverythingThatAManifestSays) {
  options.origin.job = "nightly";
  options.origin.hostname = "vrni_local";  // as the header shows it
  const std::unique_ptr<LineFormat> format = make_line_format("json", options);
  format->begin_epoch(2);
  EXPECT_EQ(format->signed_text(signed_manifest(kUnit)),
            "vrni2syslog manifest 1\njob=nightly\nplatform=vrni-local\nrun=r1\n"
            "window_start=2026-11-22T12:00:00Z\nwindow_end=2026-11-22T13:00:00Z\nattempt=2\n"
            "format=json\nflows=5\nleft_out=7\n"
            "digest=0000000000000000000000000000000000000000000000000000000000000000\n"
            "prev=00ff\ngenesis=first\nkey=11\nold_key=22\nspki=MC-_\nkey_sig=s-_1\n");
  Manifest stored = signed_manifest(kUnit);
  stored.offsets_digest = Sha256Digest{0xab};
  EXPECT_THAT(format->signed_text(stored),
              HasSubstr("00000\noffsets="
                        "ab00000000000000000000000000000000000000000000000000000000000000\n"
                        "prev=00ff\n"));
  format->begin_late_epoch(1);
  Manifest late{.window = kUnit, .flow_count = 3, .late_count = 3, .time = kUnit.end};
  late.link = ManifestLink{.previous = "00ff"};
  EXPECT_THAT(format->signed_text(late),
              AllOf(HasSubstr("attempt=1\nformat=json\nflows=3\nlate=3\ndigest="),
                    EndsWith("prev=00ff\n")));
}

TEST_F(LineFormatTest, SaysInTheManifestWhatVouchesForTheOffsets) {
  Manifest manifest = signed_manifest(kUnit);
  manifest.offsets_digest = Sha256Digest{0xab};
  for (const auto& [name, field] : {std::pair("rfc5424", " offsets_sha256=\"ab00"),
                                    std::pair("rfc3164", " offsets_sha256=\"ab"),
                                    std::pair("cef", " vrni2syslogFlowOffsetsSha256=ab00"),
                                    std::pair("leef", "^vrniOffsetsSha256=ab00"),
                                    std::pair("json", "\"offsets_sha256\":\"ab00"),
                                    std::pair("message", " offsets_sha256=ab00"),
                                    std::pair("logger", " offsets_sha256=ab00")}) {
    std::string out;
    make_line_format(name, options)->append_manifest(out, manifest);
    EXPECT_THAT(out, HasSubstr(field));
  }
}

TEST_F(LineFormatTest, HasRoomForWhatManifestsNeed) {
  for (const std::string_view name : line_format_names()) {
    options.manifest_proof = ManifestProof::Signed;
    options.has_offsets = true;
    options.max_line_bytes = 100;
    std::size_t least = 0;
    try {
      (void)make_line_format(name, options);
    } catch (const Error& error) {
      const std::string_view text = error.what();
      least = std::stoul(std::string(text.substr(text.rfind(' ') + 1)));
    }
    options.max_line_bytes = least;
    const std::unique_ptr<LineFormat> format = make_line_format(name, options);
    Manifest manifest = signed_manifest(kUnit);
    manifest.offsets_digest = Sha256Digest{};
    manifest.link->previous.assign(64, 'f');
    manifest.link->key.assign(16, 'f');
    manifest.link->old_key.assign(16, 'f');
    manifest.link->spki.assign(59, 'x');
    manifest.link->key_signature.assign(86, 'x');
    manifest.link->signature.assign(86, 'x');
    std::string out;
    format->append_manifest(out, manifest);
    EXPECT_LE(out.size(), least) << name;
    EXPECT_THAT(out, HasSubstr(manifest.link->signature)) << name;
  }
}

TEST_F(LineFormatTest, RefusesOptionsThatNoLineCanBeWrittenWith) {
  const auto message_of = [](std::string_view format, const LineOptions& bad) -> std::string {
    try {
      (void)make_line_format(format, bad);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Usage);
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message_of("cef1", options),
              AllOf(HasSubstr("'cef1'"),
                    HasSubstr("rfc5424 rfc3164 cef leef json json-syslog message logger")));
  LineOptions bad = options;
  bad.rfc5424.sd_id = "no blanks@1";
  EXPECT_THAT(message_of("rfc5424", bad), HasSubstr("vrniflow@32473"));
  bad = options;
  bad.fields = {FlowField::Run, FlowField::Action, FlowField::Run};
  EXPECT_THAT(message_of("rfc5424", bad), HasSubstr("'run' is selected twice"));
  bad = options;
  bad.max_line_bytes = 300;
  EXPECT_THAT(message_of("rfc5424", bad), HasSubstr("allow at least 4"));
  bad.max_line_bytes = 0;
  EXPECT_THAT(message_of("message", bad), HasSubstr("too short"));
}

TEST_F(LineFormatTest, AppendsToWhatIsInTheBuffer) {
  const std::unique_ptr<LineFormat> format = make_line_format("message", options);
  std::string out = "before|";
  (void)format->append_flow(out, flow, kUnit);
  out += '|';
  (void)format->append_flow(out, flow, kUnit);
  EXPECT_THAT(out, AllOf(StartsWith("before|vRNI-Flow"), HasSubstr("]|vRNI-Flow"), EndsWith("]")));
}

TEST_F(LineFormatTest, FitsALineOfExactlyTheLargestSize) {
  set(FlowField::SourceVm, std::string(100, 'x'));
  const std::size_t size = line().size();
  options.max_line_bytes = size;
  EXPECT_EQ(line().size(), size);
  EXPECT_EQ(result, LineResult::Whole);
  options.max_line_bytes = size - 1;
  EXPECT_LE(line().size(), size - 1);
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_EQ(parsed().param("truncated"), "1");
  EXPECT_EQ(parsed().param("flow_id"), flow.id);
}

TEST_F(LineFormatTest, ShortensTheMessageOfAManifestWhoseParamsSayTheSame) {
  options.max_line_bytes = 520;
  options.origin.run_id = std::string(70, 'r');
  std::string out;
  make_line_format("rfc5424", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 5000, .time = kUnit.end});
  EXPECT_THAT(
      out,
      EndsWith("] vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z"));
  EXPECT_LE(out.size(), 520U);
}

TEST_F(LineFormatTest, TakesASizeOf480AsEveryReceiverMust) {
  options.max_line_bytes = 480;
  options.origin.run_id = "20261122T130000-4711";
  for (const std::string_view format : {"rfc5424", "rfc3164", "message", "logger"})
    EXPECT_LE(line(format).size(), 480U);
}

TEST_F(LineFormatTest, KeepsAmongAllThatMayBeLeftOutTheMarkOfANewFlowLongest) {
  const std::string long_name(150, 'x');
  for (const FlowField field : {FlowField::SourceVm, FlowField::DestinationVm, FlowField::RuleId})
    set(field, long_name);
  set(FlowField::New, "1");
  options.max_line_bytes = 520;
  EXPECT_THAT(line("rfc5424"), AllOf(HasSubstr(R"( new="1")"), HasSubstr(R"( truncated="1")"),
                                     Not(HasSubstr("src_vm"))));
}

/// The texts by which a line of a format shows that it is truncated, and which flow and run it is
/// of.
struct Spelling {
  std::string_view format, truncated, flow_id, run;
};

constexpr Spelling kSpellings[] = {
    {"rfc5424", R"( truncated="1")", R"( flow_id="10000:515:1491521924")", R"( run="r1")"},
    {"rfc3164", R"( truncated="1")", R"( flow_id="10000:515:1491521924")", R"( run="r1")"},
    {"cef", " vrni2syslogFlowTruncated=1", " externalId=10000:515:1491521924",
     " vrni2syslogFlowRun=r1"},
    {"leef", "^vrniTruncated=1", "^flowId=10000:515:1491521924", "^run=r1"},
    {"json", R"("truncated":"1")", R"("flow_id":"10000:515:1491521924")", R"("run":"r1")"},
    {"json-syslog", R"("truncated":"1")", R"("flow_id":"10000:515:1491521924")", R"("run":"r1")"},
};

/// What makes a line too long.
struct Overlong {
  std::string_view title;
  std::string_view piece;  ///< of which the values consist
};

constexpr Overlong kOverlong[] = {{"ascii", "abcdefgh "},
                                  {"escapes", R"(\"=|^])"},
                                  {"euros", "\xE2\x82\xAC"},
                                  {"blanks", "a    "}};

class ShortenedLines
    : public FlowFixture,
      public ::testing::WithParamInterface<std::tuple<Spelling, Overlong, std::size_t>> {};

TEST_P(ShortenedLines, FitAndStillSayWhichFlowTheyAreOf) {
  const auto& [spelling, overlong, max_bytes] = GetParam();
  std::string text;
  while (text.size() < max_bytes) text += overlong.piece;
  flow.name = text;
  set(FlowField::SourceVm, text);
  set(FlowField::RuleId, text);
  set_list(FlowField::SourceSecurityGroups, {text, "small", text, overlong.piece});
  options.max_line_bytes = max_bytes;
  const std::string shortened = line(spelling.format);
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_LE(shortened.size(), max_bytes);
  EXPECT_THAT(shortened, AllOf(HasSubstr(std::string(spelling.truncated)),
                               HasSubstr(std::string(spelling.flow_id)),
                               HasSubstr(std::string(spelling.run)), HasSubstr("10.0.1.9")));
  EXPECT_TRUE(is_valid_utf8(shortened)) << shortened;
}

INSTANTIATE_TEST_SUITE_P(
    LineFormat, ShortenedLines,
    ::testing::Combine(::testing::ValuesIn(kSpellings), ::testing::ValuesIn(kOverlong),
                       ::testing::Values(std::size_t{1200}, std::size_t{2048}, std::size_t{8000})));

constexpr Spelling kEventSpellings[] = {
    {"cfapi", R"("vrniflow_truncated","content":"1")",
     R"("vrniflow_flow_id","content":"10000:515:1491521924")", R"("vrniflow_run","content":"r1")"},
    {"cfapi-v2", R"("vrniflow_truncated":"1")", R"("vrniflow_flow_id":"10000:515:1491521924")",
     R"("vrniflow_run":"r1")"},
};

/// Events say nearly everything three times.
INSTANTIATE_TEST_SUITE_P(EventFormat, ShortenedLines,
                         ::testing::Combine(::testing::ValuesIn(kEventSpellings),
                                            ::testing::ValuesIn(kOverlong),
                                            ::testing::Values(std::size_t{3000}, std::size_t{8000},
                                                              std::size_t{16'384})));

/// How a format writes the text `\"=|^]`.
struct WrittenOnce {
  std::string_view format, text;
};

class EscapesOfFormats : public FlowFixture, public ::testing::WithParamInterface<WrittenOnce> {};

TEST_P(EscapesOfFormats, AreMadeOnce) {
  set(FlowField::SourceCluster, R"(x\"=|^]y)");
  EXPECT_THAT(line(GetParam().format), HasSubstr(std::string(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(LineFormat, EscapesOfFormats,
                         ::testing::Values(WrittenOnce{"rfc5424", R"("x\\\"=|^\]y")"},
                                           WrittenOnce{"rfc3164", R"("x/'=|^)y")"},
                                           WrittenOnce{"cef", R"(=x\\"\=|^]y )"},
                                           WrittenOnce{"leef", R"(=x\"=  ]y^)"},
                                           WrittenOnce{"json", R"("x\\\"=|^]y")"},
                                           WrittenOnce{"json-syslog", R"("x\\\"=|^]y")"}));

TEST_F(LineFormatTest, WritesAHonestFlowWholeInTheSmallestSizeItAccepts) {
  LineOptions small = options;
  std::size_t smallest = 0;
  for (small.max_line_bytes = 300; smallest == 0; ++small.max_line_bytes) {
    try {
      (void)make_line_format("rfc5424", small);
      smallest = small.max_line_bytes;
    } catch (const Error&) {
    }
  }
  options.max_line_bytes = smallest;
  set(FlowField::SourceIp, "2001:db8:1111:2222:3333:4444:5555:6666");
  set(FlowField::DestinationIp, "2001:db8:1111:2222:3333:4444:5555:7777");
  set(FlowField::SourceVm, "web-01");
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_ip"), "2001:db8:1111:2222:3333:4444:5555:6666");
  EXPECT_EQ(message.param("dst_ip"), "2001:db8:1111:2222:3333:4444:5555:7777");
  EXPECT_EQ(message.param("flow_id"), flow.id);
  EXPECT_EQ(message.param("run"), "r1");
}

TEST(ShowsFields, IsFalseOfFormatsThatAreMsgAlone) {
  for (const std::string_view format : {"rfc3164", "cef", "leef", "json", "json-syslog", "cfapi"})
    EXPECT_TRUE(shows_fields(format, LineOptions())) << format;
  EXPECT_TRUE(shows_fields("rfc5424", LineOptions()));
  EXPECT_FALSE(shows_fields("message", LineOptions()));
  EXPECT_FALSE(shows_fields("logger", LineOptions()));
  EXPECT_FALSE(shows_fields("xml", LineOptions()));
}

TEST(LineFormatNames, AreInTheOrderOfTheHelp) {
  EXPECT_THAT(line_format_names(), ElementsAre("rfc5424", "rfc3164", "cef", "leef", "json",
                                               "json-syslog", "message", "logger"));
}

}  // namespace
}  // namespace vrni2syslog
