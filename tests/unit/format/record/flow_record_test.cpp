#include "format/record/flow_record.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using FlowRecordTest = FlowFixture;

TEST_F(FlowRecordTest, MovesTheEventIntoTheUnitAndKeepsTheSnapshot) {
  flow.version_time = kNoon - std::chrono::hours(48);
  EXPECT_EQ(parsed().timestamp, "2026-11-22T12:00:00.000Z");
  EXPECT_EQ(parsed().param("snapshot"), "2026-11-20T12:00:00Z");
  flow.version_time = kUnit.end;
  EXPECT_EQ(parsed().timestamp, "2026-11-22T12:59:59.999Z");
  EXPECT_EQ(parsed().param("snapshot"), "2026-11-22T13:00:00Z");
  EXPECT_THAT(parsed().message, StartsWith("vRNI-Flow: 2026-11-22 12:59:59 "));
}

TEST_F(FlowRecordTest, SelectsAndOrdersFields) {
  options.fields = {FlowField::Run, FlowField::DestinationIp, FlowField::SourceIp,
                    FlowField::SourceVm};
  const UnknownField unknown[] = {{"new_field", list({"v"})}};
  flow.unknown_fields = unknown;
  EXPECT_THAT(
      line(),
      HasSubstr("[vrniflow@32473 run=\"r1\" dst_ip=\"10.0.1.9\" src_ip=\"10.0.0.5\"] vRNI"));
  options.fields = {FlowField::SourceVm};
  EXPECT_THAT(line(), HasSubstr(" [vrniflow@32473] vRNI"));
}

TEST_F(FlowRecordTest, AppendsFieldsThatItDoesNotKnow) {
  const UnknownField unknown[] = {
      {"source_country", list({"NL"})}, {"message", list({"m"})},
      {"drops", list({"1", "2"})},      {"empty", {}},
      {"srcCountry", list({"DE"})},     {"blank", list({" "})},
  };
  flow.unknown_fields = unknown;
  EXPECT_THAT(
      line(),
      HasSubstr(R"(run="r1" src_country="NL" x_message="m" drops="1,2" src_country_2="DE"] vRNI)"));
  EXPECT_EQ(result, LineResult::Whole);
}

TEST_F(FlowRecordTest, WritesAParamOnceAndSaysThatOneIsMissing) {
  const UnknownField unknown[] = {{"drops", list({"1"})}, {"drops", list({"2"})}};
  flow.unknown_fields = unknown;
  EXPECT_THAT(line(), HasSubstr(R"(run="r1" drops="1" truncated="1"] vRNI)"));
  EXPECT_EQ(result, LineResult::Truncated);
}

TEST_F(FlowRecordTest, HoldsOnlyFieldsWithAValueAndSaysHowEachMayBeTreated) {
  set_list(FlowField::FlowTag, {"a"});
  FlowRecordBuilder builder(options);
  const FlowRecord& record = builder.build(flow, kUnit);
  ASSERT_EQ(record.fields.size(), 11U);
  EXPECT_EQ(record.time, WallTime(flow.version_time));
  EXPECT_EQ(record.verdict, FirewallAction::Allow);
  EXPECT_TRUE(record.fields[0].is_essential);
  EXPECT_EQ(record.fields[5].name, "flow_tag");
  EXPECT_EQ(record.fields[5].role, TextRole::ListItem);
  EXPECT_FALSE(record.fields[5].is_essential);
  EXPECT_EQ(record.fields[6].name, "flow_id");
  EXPECT_FALSE(record.fields[6].is_fixed_size) << "the platform's text, which may be of any length";
  EXPECT_TRUE(record.fields[7].is_fixed_size);
}

}  // namespace
}  // namespace vrni2syslog
