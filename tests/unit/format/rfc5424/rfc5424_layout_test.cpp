#include "format/rfc5424/rfc5424_layout.h"

#include "base/text/utf8.h"
#include "flow_fixture.h"
#include "support/valid_utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::is_valid_utf8;
using ::testing::Not;
using testing::parse_rfc5424;
using testing::Rfc5424Message;
using ::testing::StartsWith;

using namespace std::string_view_literals;

using Rfc5424LayoutTest = FlowFixture;

TEST_F(Rfc5424LayoutTest, WritesARfc5424Line) {
  EXPECT_EQ(line(),
            "<166>1 2026-11-22T12:30:00.000Z vrni.local vrni2syslog 4711 FLOW_ALLOW "
            "[vrniflow@32473 action=\"ALLOW\" "
            "proto=\"TCP\" src_ip=\"10.0.0.5\" dst_ip=\"10.0.1.9\" dst_port=\"443\" "
            "flow_id=\"10000:515:1491521924\" "
            "window_start=\"2026-11-22T12:00:00Z\" window_end=\"2026-11-22T13:00:00Z\" "
            "snapshot=\"2026-11-22T12:30:00Z\" run=\"r1\"] "
            "vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP web-01 -> db-01 [port:443]");
  EXPECT_EQ(result, LineResult::Whole);
}

TEST_F(Rfc5424LayoutTest, JoinsListsAndKeepsTheirItemsApart) {
  set_list(FlowField::SourceSecurityTags, {"a,b", "", " c ", "\n", "d]"});
  set_list(FlowField::RuleId, {"1", "2,3"});
  set(FlowField::SourceVm, "web,01");
  set_list(FlowField::FlowTag, {"x,y"});
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_tags"), "a b,c,d]");
  EXPECT_EQ(message.param("rule_id"), "1,2 3");
  EXPECT_EQ(message.param("src_vm"), "web,01");
  EXPECT_EQ(message.param("flow_tag"), "x y");
}

TEST_F(Rfc5424LayoutTest, LeavesOutAParamOfWhichNothingIsLeft) {
  set(FlowField::SourceVm, " \t\n");
  set_list(FlowField::SourceVmTags, {"", ",", " "});
  flow.set(FlowField::RuleId, {});
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_vm"), std::nullopt);
  EXPECT_EQ(message.param("src_vm_tags"), std::nullopt);
  EXPECT_THAT(line(), Not(HasSubstr("=\"\"")));
}

TEST_F(Rfc5424LayoutTest, SubstitutesInsteadOfEscapingWhereAskedTo) {
  set(FlowField::SourceVm, R"(a"b\c]d)");
  EXPECT_THAT(line(), HasSubstr(R"( src_vm="a\"b\\c\]d")"));
  options.rfc5424.escape = SdEscape::Safe;
  EXPECT_THAT(line(), HasSubstr(R"( src_vm="a'b/c)d")"));
}

TEST_F(Rfc5424LayoutTest, CannotBeForgedByWhoeverNamesAVm) {
  constexpr std::string_view kNames[] = {
      R"(x" src_ip="10.6.6.6)",
      R"(x"] vRNI-Flow: forged)",
      R"(x\" src_ip=\"10.6.6.6)",
      R"(x\)",
      R"(\\\"]]]"""\\)",
      "x\n<0>1 2026-11-22T12:00:00.000Z a b c FLOW_DENY [vrniflow@32473 src_ip=\"10.6.6.6\"] "
      "forged",
      "x\r\n\0<0>1"sv,
      "\xE2\x80\xA8<0>1\xC2\x85\x1B[2J",
      "\xC3\"\xE2\x80]\xF0\x9F\\",
      "\xEF\xBB\xBF"
      "bom",
      "\xE2\x80\xAE"
      "drawkcab",
  };
  for (const std::string_view name : kNames) {
    set(FlowField::SourceVm, name);
    const std::string flow_name = std::string(name) + " -> db";
    flow.name = flow_name;
    const std::string text = line();
    const auto message = parse_rfc5424(text);
    ASSERT_TRUE(message) << text;
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(text.find_first_of("\r\n\0\x1B"sv), std::string::npos);
    EXPECT_EQ(message->params.size(), 11U);
    EXPECT_EQ(message->param("src_ip"), "10.0.0.5");
    EXPECT_EQ(message->priority, 166);
    std::string clean;
    append_clean_utf8(clean, name);
    EXPECT_THAT(clean, HasSubstr(message->param("src_vm").value_or("missing")));
  }
}

TEST_F(Rfc5424LayoutTest, MarksAFlowOfWhichOnlyTheIdentityIsKnown) {
  flow.is_partial = true;
  EXPECT_THAT(line(), HasSubstr(R"(run="r1" partial="1"] vRNI)"));
}

TEST_F(Rfc5424LayoutTest, SaysFromTheSecondSendingOnWhichOneItIs) {
  const std::unique_ptr<LineFormat> format = make_line_format("rfc5424", options);
  const auto lines_of = [&](std::uint32_t attempt) {
    std::string out;
    format->begin_epoch(attempt);
    (void)format->append_flow(out, flow, kUnit);
    out += '\n';
    format->append_manifest(out, {.window = kUnit, .flow_count = 1, .time = kUnit.end});
    return out;
  };
  const std::string first = lines_of(1);
  EXPECT_THAT(first, Not(HasSubstr("attempt")));
  const std::string digest(64, '0');
  EXPECT_THAT(lines_of(2), AllOf(HasSubstr(R"(run="r1" attempt="2"] vRNI-Flow)"),
                                 HasSubstr(digest + R"(" attempt="2"] vRNI-Manifest)")));
  EXPECT_EQ(lines_of(1), first);
}

TEST_F(Rfc5424LayoutTest, UsesTheHeaderFieldsThatAreSet) {
  options.origin.hostname = "vrni_01 x";
  options.origin.app_name = "";
  options.origin.process_id = "";
  options.origin.run_id = "";
  options.facility = Facility::Local0;
  options.severity_allow = Severity::Notice;
  options.rfc5424.sd_id = "flow@12345.1";
  EXPECT_THAT(
      line(),
      AllOf(StartsWith(
                "<133>1 2026-11-22T12:30:00.000Z vrni-01-x - - FLOW_ALLOW [flow@12345.1 action="),
            Not(HasSubstr("run="))));
}

}  // namespace
}  // namespace vrni2syslog
