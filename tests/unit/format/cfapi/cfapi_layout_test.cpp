#include "format/cfapi/cfapi_layout.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using CfapiLayoutTest = FlowFixture;

TEST_F(CfapiLayoutTest, PutsMessageAndStructuredDataIntoTheText) {
  EXPECT_THAT(
      line("cfapi"),
      StartsWith(
          R"({"text":"vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP web-01 -> db-01 [port:443] )"
          R"([vrniflow@32473 action=\"ALLOW\" proto=\"TCP\" src_ip=\"10.0.0.5\" )"
          R"(dst_ip=\"10.0.1.9\" dst_port=\"443\" flow_id=\"10000:515:1491521924\" )"
          R"(window_start=\"2026-11-22T12:00:00Z\" window_end=\"2026-11-22T13:00:00Z\" )"
          R"(snapshot=\"2026-11-22T12:30:00Z\" run=\"r1\"]","timestamp":1795350600000,"fields":[)"));
}

TEST_F(CfapiLayoutTest, GivesFieldsTheNamesOfTheScriptsAndOurOwn) {
  EXPECT_THAT(
      line("cfapi"),
      EndsWith(
          R"("fields":[{"name":"hostname","content":"vrni.local"},)"
          R"({"name":"appname","content":"vrni2syslog"},{"name":"msgid","content":"FLOW_ALLOW"},)"
          R"({"name":"__vrni_flow_firewall_action","content":"ALLOW"},)"
          R"({"name":"vrniflow_action","content":"ALLOW"},)"
          R"({"name":"__vrni_flow_protocol","content":"TCP"},)"
          R"({"name":"vrniflow_proto","content":"TCP"},)"
          R"({"name":"__vrni_flow_source_ip","content":"10.0.0.5"},)"
          R"({"name":"vrniflow_src_ip","content":"10.0.0.5"},)"
          R"({"name":"__vrni_flow_destination_ip","content":"10.0.1.9"},)"
          R"({"name":"vrniflow_dst_ip","content":"10.0.1.9"},)"
          R"({"name":"__vrni_flow_port","content":"443"},)"
          R"({"name":"vrniflow_dst_port","content":"443"},)"
          R"({"name":"vrniflow_flow_id","content":"10000:515:1491521924"},)"
          R"({"name":"vrniflow_window_start","content":"2026-11-22T12:00:00Z"},)"
          R"({"name":"vrniflow_window_end","content":"2026-11-22T13:00:00Z"},)"
          R"({"name":"vrniflow_snapshot","content":"2026-11-22T12:30:00Z"},)"
          R"({"name":"__vrni_flow_timestamp","content":"1795350600"},)"
          R"({"name":"vrniflow_run","content":"r1"}]})"));
}

TEST_F(CfapiLayoutTest, WritesFieldsAsMembersForV2) {
  EXPECT_THAT(
      line("cfapi-v2"),
      AllOf(HasSubstr(R"(,"timestamp":1795350600000,"hostname":"vrni.local",)"
                      R"("appname":"vrni2syslog","msgid":"FLOW_ALLOW",)"
                      R"("__vrni_flow_firewall_action":"ALLOW","vrniflow_action":"ALLOW",)"),
            EndsWith(R"("__vrni_flow_timestamp":"1795350600","vrniflow_run":"r1"})")));
}

struct Escaped {
  std::string_view name, in_text, in_field;
};

class CfapiValues : public FlowFixture, public ::testing::WithParamInterface<Escaped> {};

TEST_P(CfapiValues, AreEscapedOnceForTheFieldAndTwiceForTheText) {
  set(FlowField::SourceVm, GetParam().name);
  const std::string in_field = std::string(GetParam().in_field) + "\"}";
  EXPECT_THAT(line("cfapi"),
              AllOf(HasSubstr(R"( src_vm=\")" + std::string(GetParam().in_text) + R"(\" flow_id)"),
                    HasSubstr(R"({"name":"__vrni_flow_source_vm","content":")" + in_field),
                    HasSubstr(R"({"name":"vrniflow_src_vm","content":")" + in_field)));
}

INSTANTIATE_TEST_SUITE_P(CfapiLayout, CfapiValues,
                         ::testing::Values(Escaped{"web-01", "web-01", "web-01"},
                                           Escaped{R"(a"b)", R"(a\\\"b)", R"(a\"b)"},
                                           Escaped{R"(a\b)", R"(a\\\\b)", R"(a\\b)"},
                                           Escaped{"a]b", R"(a\\]b)", "a]b"},
                                           Escaped{"a\x01\nb", "a  b", "a  b"},
                                           Escaped{R"(x"}]},{"text":"forged)",
                                                   R"(x\\\"}\\]},{\\\"text\\\":\\\"forged)",
                                                   R"(x\"}]},{\"text\":\"forged)"}));

TEST_F(CfapiLayoutTest, SubstitutesInTheTextAlone) {
  options.rfc5424.escape = SdEscape::Safe;
  set(FlowField::SourceVm, R"(a"b\c])");
  EXPECT_THAT(line("cfapi"), AllOf(HasSubstr(R"( src_vm=\"a'b/c)\")"),
                                   HasSubstr(R"("vrniflow_src_vm","content":"a\"b\\c]")")));
}

TEST_F(CfapiLayoutTest, EscapesAQuoteInTheMessage) {
  flow.name = R"(a\b)";
  EXPECT_THAT(line("cfapi"),
              StartsWith(R"({"text":"vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP a\\b )"));
}

TEST_F(CfapiLayoutTest, JoinsListsByCommas) {
  set_list(FlowField::FlowTag, {"TAG_A", "TAG,B"});
  EXPECT_THAT(line("cfapi"),
              AllOf(HasSubstr(R"({"name":"__vrni_flow_tag","content":"TAG_A,TAG B"})"),
                    HasSubstr(R"({"name":"vrniflow_flow_tag","content":"TAG_A,TAG B"})")));
}

TEST_F(CfapiLayoutTest, GivesDetailsOfVmsTheNamesOfThePowerShellScript) {
  set(FlowField::SourceVmType, "VirtualMachine");
  set(FlowField::SourceVmVcenterId, "vm-17");
  set(FlowField::DestinationVmRegion, "eu-west-1");
  EXPECT_THAT(
      line("cfapi"),
      AllOf(HasSubstr(R"({"name":"__vrni_flow_source_vm_type","content":"VirtualMachine"})"),
            HasSubstr(R"({"name":"__vrni_flow_source_vm_vc_id","content":"vm-17"})"),
            HasSubstr(R"({"name":"__vrni_flow_destination_vm_region","content":"eu-west-1"})"),
            HasSubstr(R"({"name":"vrniflow_src_vm_vc_id","content":"vm-17"})")));
}

TEST_F(CfapiLayoutTest, LeavesOutWhatHasNoValue) {
  set(FlowField::SourceVm, " \x01 ");
  flow.version_time = UnixSeconds{};
  EXPECT_THAT(line("cfapi"),
              AllOf(Not(HasSubstr("source_vm")), Not(HasSubstr("_src_vm")),
                    Not(HasSubstr("__vrni_flow_timestamp")), Not(HasSubstr("snapshot"))));
}

TEST_F(CfapiLayoutTest, ShortensLongListsWithinTheSize) {
  options.max_line_bytes = 2500;
  std::string name;
  for (int i = 0; i < 90; ++i) name += R"(\")";
  set_list(FlowField::FlowTag, {name, name, "b", name, "c"});
  set_list(FlowField::SourceSecurityGroups, {name, "d", name, "e"});
  const std::string text = line("cfapi");
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_LE(text.size(), options.max_line_bytes);
  EXPECT_THAT(text, AllOf(HasSubstr(R"( truncated=\"1\"])"),
                          EndsWith(R"({"name":"vrniflow_truncated","content":"1"}]})")));
}

TEST_F(CfapiLayoutTest, WritesManifests) {
  std::string out;
  make_line_format("cfapi", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 7, .time = kUnit.end});
  EXPECT_THAT(
      out,
      AllOf(StartsWith(R"({"text":"vRNI-Manifest: 7 flows from 2026-11-22T12:00:00Z to )"),
            HasSubstr(R"(","timestamp":1795352400000,"fields":[{"name":"hostname","content":)"),
            HasSubstr(R"({"name":"msgid","content":"MANIFEST"},{"name":"vrniflow_run",)"),
            HasSubstr(R"({"name":"vrniflow_flows","content":"7"},)"),
            HasSubstr(R"({"name":"vrniflow_lines_sha256","content":"00)"),
            Not(HasSubstr("__vrni_flow_"))));
}

}  // namespace
}  // namespace vrni2syslog
