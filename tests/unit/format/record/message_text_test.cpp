#include "format/record/message_text.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::EndsWith;

using namespace std::string_view_literals;

using MessageTextTest = FlowFixture;

TEST_F(MessageTextTest, SaysWhatIsMissingInTheMessageWithDashes) {
  flow = Flow();
  flow.id = "1";
  EXPECT_EQ(line(),
            "<166>1 2026-11-22T12:00:00.000Z vrni.local vrni2syslog 4711 FLOW [vrniflow@32473 "
            "flow_id=\"1\" "
            "window_start=\"2026-11-22T12:00:00Z\" window_end=\"2026-11-22T13:00:00Z\" run=\"r1\"] "
            "vRNI-Flow: 2026-11-22 12:00:00 - - - -> -");
}

TEST_F(MessageTextTest, MakesUpANameFromTheFields) {
  flow.name = " \n";
  EXPECT_THAT(line("message"), EndsWith(" TCP 10.0.0.5 -> 10.0.1.9 [port:443]"));
  set(FlowField::SourceVm, "web-01");
  set(FlowField::DestinationVm, "\t");
  set(FlowField::DestinationPortEnd, "443");
  EXPECT_THAT(line("message"), EndsWith(" TCP web-01 -> 10.0.1.9 [port:443]"));
  set(FlowField::DestinationPortEnd, "450");
  EXPECT_THAT(line("message"), EndsWith(" [port:443-450]"));
  flow.set(FlowField::DestinationPort, {});
  EXPECT_THAT(line("message"), EndsWith(" TCP web-01 -> 10.0.1.9"));
}

TEST_F(MessageTextTest, KeepsTheMessageFreeOfOuterBlanksAndControls) {
  flow.name = " a\r\nb\0 \xE2\x80\xA8"sv;
  EXPECT_THAT(line("message"), EndsWith(" TCP a  b"));
}

struct ForgedField {
  std::string_view name;
  std::string_view message;  ///< what MSG says instead
};

class ForgedFields : public FlowFixture, public ::testing::WithParamInterface<ForgedField> {};

TEST_P(ForgedFields, CannotComeFromTheNameOfAFlow) {
  flow.name = GetParam().name;
  EXPECT_THAT(line("message"), EndsWith(" ALLOW TCP " + std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    MessageText, ForgedFields,
    ::testing::Values(
        ForgedField{R"(x action="ALLOW" rule_id="7" -> y)", "x action:'ALLOW' rule_id:'7' -> y"},
        ForgedField{"x action=ALLOW src_ip=10.6.6.6", "x action:ALLOW src_ip:10.6.6.6"},
        ForgedField{"x Action = ALLOW", "x Action : ALLOW"},
        ForgedField{"\xC3\xA9"
                    "dst_ip=1",
                    "\xC3\xA9"
                    "dst_ip:1"},
        ForgedField{"my_action=ALLOW", "my_action:ALLOW"},
        ForgedField{"action\n=\tALLOW", "action : ALLOW"},
        ForgedField{"truncated=1 attempt=9 partial=1", "truncated:1 attempt:9 partial:1"},
        ForgedField{"flows=1 lines_sha256=0 left_out=2", "flows:1 lines_sha256:0 left_out:2"},
        ForgedField{"db act=ALLOW src=1.1.1.1", "db act=ALLOW src=1.1.1.1"},
        ForgedField{"=action a=b actions=c", "=action a=b actions=c"},
        ForgedField{"action==ALLOW", "action:=ALLOW"}, ForgedField{"\"\"", "''"}));

TEST_F(MessageTextTest, LetsNoOtherTextOfThePlatformForgeAFieldEither) {
  flow.name = "";
  set(FlowField::Action, "\"run=1");
  set(FlowField::Protocol, "bytes =\"2\"");
  set(FlowField::SourceVm, "rule_id=\"3");
  EXPECT_THAT(line("message"), EndsWith(" 'run:1 bytes :'2' rule_id:'3 -> 10.0.1.9 [port:443]"));
}

TEST(MessageText, TellsInAManifestHowManyFlowsAndOfWhichWindow) {
  std::string scratch;
  const Manifest manifest{
      .window = kUnit, .flow_count = 5000, .lines_digest = {}, .time = kUnit.end};
  std::string text;
  append_manifest_message(text, manifest);
  EXPECT_EQ(text, "vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z");
  text.clear();
  append_manifest_evidence(text, manifest, "run\n1", scratch);
  EXPECT_EQ(text, ", SHA-256 " + std::string(64, '0') + ", run run 1");
  text.clear();
  append_manifest_evidence(text, manifest, "", scratch);
  EXPECT_EQ(text, ", SHA-256 " + std::string(64, '0'));
}

}  // namespace
}  // namespace vrni2syslog
