#include "format/cef/cef_layout.h"

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

using CefLayoutTest = FlowFixture;

struct Escaped {
  std::string_view name, value;
};

class CefEscapes : public FlowFixture, public ::testing::WithParamInterface<Escaped> {};

TEST_P(CefEscapes, KeepAValueApartFromKeys) {
  set(FlowField::SourceVm, GetParam().name);
  EXPECT_THAT(line("cef"), HasSubstr(" shost=" + std::string(GetParam().value) + " dvchost="));
}

INSTANTIATE_TEST_SUITE_P(CefLayout, CefEscapes,
                         ::testing::Values(Escaped{"web-01", "web-01"},
                                           Escaped{"x dst=1", R"(x dst\=1)"},
                                           Escaped{R"(a\)", R"(a\\)"}, Escaped{R"(\=)", R"(\\\=)"},
                                           Escaped{"a|b", "a|b"}, Escaped{"a\nb", "a b"},
                                           Escaped{"\"", "\""}, Escaped{R"(a\nb)", R"(a\\nb)"}));

TEST_F(CefLayoutTest, HasKeysOfItsOwnForIpv6) {
  set(FlowField::SourceIp, "2001:db8::1");
  EXPECT_THAT(line("cef"), HasSubstr(" c6a2Label=Source IPv6 Address c6a2=2001:db8::1 dst="));
}

TEST_F(CefLayoutTest, PutsWhatTheStandardDoesNotAllowUnderKeysOfOurs) {
  const std::string long_id(41, '7');
  flow.id = long_id;
  set(FlowField::SourceIp, "no address");
  set(FlowField::DestinationPort, "443-450");
  set(FlowField::Action, std::string(64, 'A'));
  set(FlowField::SourceVm, std::string(1024, 'v'));
  EXPECT_THAT(line("cef"), AllOf(HasSubstr(" vrni2syslogFlowFlowId=" + long_id),
                                 HasSubstr(" vrni2syslogFlowSrcIp=no address"),
                                 HasSubstr(" vrni2syslogFlowDstPort=443-450"),
                                 HasSubstr(" vrni2syslogFlowAction=" + std::string(64, 'A')),
                                 HasSubstr(" vrni2syslogFlowSrcVm=" + std::string(1024, 'v')),
                                 Not(HasSubstr(" act=")), Not(HasSubstr(" externalId="))));
  EXPECT_EQ(result, LineResult::Whole);
}

struct KeyLimit {
  FlowField field;
  std::size_t max_bytes;
  std::string_view key, own_key;
};

class CefLimits : public FlowFixture, public ::testing::WithParamInterface<KeyLimit> {};

TEST_P(CefLimits, AreThoseOfTheStandard) {
  const KeyLimit& limit = GetParam();
  std::string text(limit.max_bytes, 'x');
  const auto with_text = [&](std::string_view key) { return std::string(key).append(text); };
  options.max_line_bytes = 64 * 1024;
  set(limit.field, text);
  EXPECT_THAT(line("cef"), HasSubstr(with_text(limit.key)));
  text += 'x';
  set(limit.field, text);
  EXPECT_THAT(line("cef"),
              AllOf(HasSubstr(with_text(limit.own_key)), Not(HasSubstr(std::string(limit.key)))));
  EXPECT_EQ(result, LineResult::Whole);
}

INSTANTIATE_TEST_SUITE_P(
    CefLayout, CefLimits,
    ::testing::Values(KeyLimit{FlowField::Action, 63, " act=", " vrni2syslogFlowAction="},
                      KeyLimit{FlowField::Protocol, 31, " proto=", " vrni2syslogFlowProto="},
                      KeyLimit{FlowField::PortName, 1023,
                               " destinationServiceName=", " vrni2syslogFlowPortName="},
                      KeyLimit{FlowField::SourceVm, 1023, " shost=", " vrni2syslogFlowSrcVm="},
                      KeyLimit{FlowField::DestinationVm, 1023, " dhost=", " vrni2syslogFlowDstVm="},
                      KeyLimit{FlowField::RuleId, 4000,
                               " cs1Label=Rule cs1=", " vrni2syslogFlowRuleId="},
                      KeyLimit{FlowField::SourceNetwork, 4000,
                               " cs3Label=SourceNetwork cs3=", " vrni2syslogFlowSrcNet="},
                      KeyLimit{FlowField::DestinationSecurityGroups, 4000,
                               " cs6Label=DestinationGroups cs6=", " vrni2syslogFlowDstGroups="}));

TEST_F(CefLayoutTest, CutsAMessageThatIsLongerThanTheStandardAllowsAndSaysSo) {
  std::string name;
  while (name.size() < 1200) name += "\xE2\x82\xAC=";
  flow.name = name;
  const std::string text = line("cef");
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_THAT(text, HasSubstr(" vrni2syslogFlowTruncated=1 msg="));
  const std::string message = text.substr(text.find(" msg=") + 5);
  EXPECT_LE(message.size(), 1023U);
  EXPECT_GT(message.size(), 1023U - 6);
  EXPECT_THAT(message, ::testing::AnyOf(EndsWith("\xE2\x82\xAC"), EndsWith("\\=")));
}

TEST_F(CefLayoutTest, WritesManifests) {
  std::string out;
  make_line_format("cef", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 7, .time = kUnit.end});
  EXPECT_THAT(out,
              AllOf(StartsWith("<166>Nov 22 13:00:00 vrni.local CEF:0|vrni2syslog|vRNI flows|1.0|"
                               "MANIFEST|Manifest|1|rt=1795352400000 start=1795348800000 "
                               "end=1795352400000 dvchost=vrni.local vrni2syslogFlowRun=r1 "
                               "vrni2syslogFlowFlows=7 vrni2syslogFlowLinesSha256=00"),
                    HasSubstr(" msg=vRNI-Manifest: 7 flows")));
}

TEST_F(CefLayoutTest, LeavesOutAHostnameThatIsNoneOrTooLong) {
  options.origin.hostname = "";
  EXPECT_THAT(line("cef"), Not(HasSubstr("dvchost")));
  options.origin.hostname = std::string(101, 'h');
  EXPECT_THAT(line("cef"), Not(HasSubstr("dvchost")));
}

}  // namespace
}  // namespace vrni2syslog
