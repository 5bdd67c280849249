#include "format/record/record_builder.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using std::chrono::milliseconds;
using std::chrono::seconds;

using RecordBuilderTest = FlowFixture;

constexpr UnixSeconds at(int second) {
  return UnixSeconds(seconds(1'795'348'800 + second));
}

TEST(EventTime, IsTheVersionTimeMovedIntoTheUnit) {
  const TimeWindow unit{at(0), at(3600)};
  const std::pair<UnixSeconds, WallTime> kCases[] = {
      {at(-100'000), at(0)},
      {at(-1), at(0)},
      {at(0), at(0)},
      {at(1800), at(1800)},
      {at(3599), at(3599)},
      {at(3600), WallTime(at(3600)) - milliseconds(1)},
      {at(100'000), WallTime(at(3600)) - milliseconds(1)},
      {UnixSeconds{}, at(0)},
      {UnixSeconds::max(), WallTime(at(3600)) - milliseconds(1)},
      {UnixSeconds::min(), at(0)},
  };
  for (const auto& [version, event] : kCases)
    EXPECT_EQ(event_time(version, unit), event) << version.time_since_epoch().count();
}

TEST(EventTime, IsTheStartOfAnEmptyUnit) {
  EXPECT_EQ(event_time(at(5), {at(0), at(0)}), WallTime(at(0)));
  EXPECT_EQ(event_time(at(5), {at(9), at(0)}), WallTime(at(9)));
}

TEST_F(RecordBuilderTest, MovesTheEventIntoTheUnitAndKeepsTheSnapshot) {
  flow.version_time = kNoon - std::chrono::hours(48);
  EXPECT_EQ(parsed().timestamp, "2026-11-22T12:00:00.000Z");
  EXPECT_EQ(parsed().param("snapshot"), "2026-11-20T12:00:00Z");
  flow.version_time = kUnit.end;
  EXPECT_EQ(parsed().timestamp, "2026-11-22T12:59:59.999Z");
  EXPECT_EQ(parsed().param("snapshot"), "2026-11-22T13:00:00Z");
  EXPECT_THAT(parsed().message, StartsWith("vRNI-Flow: 2026-11-22 12:59:59 "));
}

TEST_F(RecordBuilderTest, SelectsAndOrdersFields) {
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

TEST_F(RecordBuilderTest, AppendsFieldsThatItDoesNotKnow) {
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

TEST_F(RecordBuilderTest, WritesAParamOnceAndSaysThatOneIsMissing) {
  const UnknownField unknown[] = {{"drops", list({"1"})}, {"drops", list({"2"})}};
  flow.unknown_fields = unknown;
  EXPECT_THAT(line(), HasSubstr(R"(run="r1" drops="1" truncated="1"] vRNI)"));
  EXPECT_EQ(result, LineResult::Truncated);
}

TEST_F(RecordBuilderTest, HoldsOnlyFieldsWithAValueAndSaysHowEachMayBeTreated) {
  set_list(FlowField::FlowTag, {"a"});
  RecordBuilder builder(options);
  const LineRecord& record = builder.build(flow, kUnit);
  ASSERT_EQ(record.fields.size(), 11U);
  EXPECT_EQ(record.time, WallTime(flow.version_time));
  EXPECT_EQ(record.kind, LineKind::FlowAllow);
  EXPECT_TRUE(record.fields[0].is_essential);
  EXPECT_EQ(record.fields[5].name, "flow_tag");
  EXPECT_EQ(record.fields[5].role, TextRole::ListItem);
  EXPECT_FALSE(record.fields[5].is_essential);
  EXPECT_EQ(record.fields[6].name, "flow_id");
  EXPECT_FALSE(record.fields[6].is_fixed_size) << "the platform's text, which may be of any length";
  EXPECT_TRUE(record.fields[7].is_fixed_size);
}

TEST_F(RecordBuilderTest, RemembersTimesFromOneFlowToTheNextAndWritesEveryOther) {
  RecordBuilder builder(options);
  const auto times_of = [&](UnixSeconds version_time, const TimeWindow& unit) {
    flow.version_time = version_time;
    std::string times;
    for (const RecordField& field : builder.build(flow, unit).fields) {
      if (field.name.starts_with("window_") || field.name == "snapshot")
        times += std::string(field.value.front().substr(11, 8)) + " ";
    }
    return times + std::string(builder.build(flow, unit).timestamp.substr(11));
  };
  const TimeWindow next{kUnit.end, kUnit.end + std::chrono::hours(1)};
  EXPECT_EQ(times_of(kNoon, kUnit), "12:00:00 13:00:00 12:00:00 12:00:00.000Z");
  EXPECT_EQ(times_of(kNoon, kUnit), "12:00:00 13:00:00 12:00:00 12:00:00.000Z");
  EXPECT_EQ(times_of(kNoon + seconds(1), kUnit), "12:00:00 13:00:00 12:00:01 12:00:01.000Z");
  EXPECT_EQ(times_of(kNoon + seconds(1), next), "13:00:00 14:00:00 12:00:01 13:00:00.000Z");
  EXPECT_EQ(times_of(UnixSeconds{}, next), "13:00:00 14:00:00 13:00:00.000Z");
  EXPECT_EQ(times_of(kNoon, kUnit), "12:00:00 13:00:00 12:00:00 12:00:00.000Z");
  const Manifest manifest{.window = next, .flow_count = 1, .time = next.end};
  EXPECT_EQ(builder.build(manifest, ManifestMessage::Short).timestamp, "2026-11-22T14:00:00.000Z");
  EXPECT_EQ(times_of(kNoon, kUnit), "12:00:00 13:00:00 12:00:00 12:00:00.000Z");
}

TEST_F(RecordBuilderTest, WritesTheEarliestTimeToo) {
  RecordBuilder builder(options);
  flow.version_time = UnixSeconds::min();
  const LineRecord& record = builder.build(flow, kUnit);
  EXPECT_EQ(record.timestamp, "2026-11-22T12:00:00.000Z");
  ASSERT_EQ(record.fields[8].name, "snapshot");
  EXPECT_EQ(record.fields[8].value.front(), "0000-01-01T00:00:00Z");
}

TEST_F(RecordBuilderTest, MarksALineForEveryFormatAlike) {
  const auto marks_of = [](const LineRecord& record) {
    std::string marks;
    for (const RecordField& field : record.fields) {
      if (field.field || !field.is_fixed_size) continue;
      EXPECT_TRUE(field.is_essential);
      marks += std::string(field.name) + "=" + std::string(field.value.front()) + " ";
    }
    return marks;
  };
  RecordBuilder builder(options);
  EXPECT_EQ(marks_of(builder.build(flow, kUnit)), "");
  flow.is_partial = true;
  const UnknownField unknown[] = {{"drops", list({"1"})}, {"drops", list({"2"})}};
  flow.unknown_fields = unknown;
  builder.begin_epoch(2);
  EXPECT_EQ(marks_of(builder.build(flow, kUnit)), "attempt=2 partial=1 truncated=1 ");
  EXPECT_EQ(marks_of(builder.build(Manifest{.window = kUnit}, ManifestMessage::Short)),
            "attempt=2 ");
  builder.begin_late_epoch(1);
  EXPECT_EQ(marks_of(builder.build(flow, kUnit)), "late=1 partial=1 truncated=1 ");
  builder.begin_late_epoch(3);
  EXPECT_EQ(marks_of(builder.build(flow, kUnit)), "attempt=3 late=1 partial=1 truncated=1 ");
  builder.begin_epoch(1);
  EXPECT_EQ(marks_of(builder.build(flow, kUnit)), "partial=1 truncated=1 ");
}

}  // namespace
}  // namespace vrni2syslog
