#include "format/leef/leef_layout.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using LeefLayoutTest = FlowFixture;

struct Replaced {
  std::string_view name, value;
};

class LeefValues : public FlowFixture, public ::testing::WithParamInterface<Replaced> {};

TEST_P(LeefValues, LoseWhatSeparatesAttributes) {
  set(FlowField::SourceVm, GetParam().name);
  EXPECT_THAT(line("leef"), HasSubstr("^srcVm=" + std::string(GetParam().value) + "^flowId="));
}

INSTANTIATE_TEST_SUITE_P(LeefLayout, LeefValues,
                         ::testing::Values(Replaced{"web-01", "web-01"},
                                           Replaced{"x^dst=1", "x dst=1"}, Replaced{"a|b", "a b"},
                                           Replaced{"a\tb", "a b"}, Replaced{"^a|", "a"},
                                           Replaced{R"(a\b"c)", R"(a\b"c)"}));

TEST_F(LeefLayoutTest, LeavesOutAValueOfWhichNothingIsLeft) {
  set(FlowField::SourceVm, "^|");
  set_list(FlowField::SourceSecurityGroups, {"|", "a", "^"});
  EXPECT_THAT(line("leef"), AllOf(Not(HasSubstr("srcVm")), HasSubstr("^srcGroups=a^")));
}

TEST_F(LeefLayoutTest, PutsWhatLeefDoesNotAllowUnderNamesOfOurs) {
  set(FlowField::SourceIp, "no address");
  set(FlowField::DestinationPort, "443-450");
  set(FlowField::Protocol, "SCTP_V2");
  EXPECT_THAT(line("leef"),
              AllOf(HasSubstr("^vrniSrcIp=no address"), HasSubstr("^vrniDstPort=443-450"),
                    HasSubstr("^vrniProto=SCTP_V2"), Not(HasSubstr("^src=")),
                    Not(HasSubstr("^dstPort=")), Not(HasSubstr("^proto="))));
  set(FlowField::Protocol, "OTHER");
  EXPECT_THAT(line("leef"), Not(HasSubstr("OTHER")));
}

TEST_F(LeefLayoutTest, KeepsUnknownFieldsApartFromPredefinedOnes) {
  const std::string_view texts[] = {"1"};
  const UnknownField unknown[] = {{"src", texts}, {"sev", texts}};
  flow.unknown_fields = unknown;
  EXPECT_THAT(line("leef"), HasSubstr("^vrniSrc=1^vrniSev=1"));
}

TEST_F(LeefLayoutTest, WritesManifests) {
  std::string out;
  make_line_format("leef", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 7, .time = kUnit.end});
  EXPECT_THAT(out, StartsWith("<166>Nov 22 13:00:00 vrni.local LEEF:2.0|vrni2syslog|vRNI flows|1.0|"
                              "MANIFEST|^|cat=Manifest^devTime=1795352400000^sev=1^run=r1^"
                              "windowStart=2026-11-22T12:00:00Z^windowEnd=2026-11-22T13:00:00Z^"
                              "vrniFlows=7^vrniLinesSha256=00"));
}

}  // namespace
}  // namespace vrni2syslog
