#include "vrni/versions/version_block.h"

#include "unit/vrni/versions_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

class VersionBlockTest : public testing::Test {
 protected:
  /// The flow as it comes out of a block that has it alone.
  [[nodiscard]] Flow through_block(const Flow& flow) {
    VersionBlockWriter writer;
    EXPECT_EQ(writer.add(flow), 0U);
    block_ = writer.finish();
    std::optional<VersionBlockReader> reader = VersionBlockReader::open(block_);
    EXPECT_TRUE(reader);
    std::optional<Flow> read = reader->read(0, read_batch_);
    EXPECT_TRUE(read);
    block_.assign(block_.size(), 'x');  // nothing of the flow is in it
    return read.value_or(Flow());
  }

  FlowBatch batch_{TimeWindow{}};
  FlowBatch read_batch_{TimeWindow{}};
  std::string block_;
};

TEST_F(VersionBlockTest, KeepsEveryFieldOfTheEntity) {
  Flow flow = make_version(batch_, "10000:515:1", 1'700'000'000);
  for (const FlowFieldInfo& row : flow_fields()) {
    if (row.kind == FieldKind::Record) continue;  // flows have none
    const std::string name(row.name);
    set_texts(batch_, flow, row.field, {name, name + " 2"});
  }
  set_texts(batch_, flow, FlowField::RuleId, {""});
  const Flow read = through_block(flow);
  EXPECT_EQ(read.id, "10000:515:1");
  EXPECT_EQ(read.name, "name of 10000:515:1");
  EXPECT_EQ(read.version_time, flow.version_time);
  for (const FlowFieldInfo& row : flow_fields()) {
    const bool is_kept = row.kind != FieldKind::Counter && row.kind != FieldKind::History &&
                         row.kind != FieldKind::Record;
    if (is_kept) {
      EXPECT_THAT(read.value(row.field), ElementsAreArray(flow.value(row.field))) << row.name;
    } else {
      EXPECT_THAT(read.value(row.field), IsEmpty()) << row.name;
    }
  }
}

TEST_F(VersionBlockTest, KeepsFieldsThatTheProgramDoesNotKnow) {
  Flow flow = make_version(batch_, "a", 5);
  const std::span<UnknownField> unknown = batch_.new_unknown_fields(2);
  set_texts(batch_, flow, FlowField::FlowTag, {"x", "y"});
  unknown[0] = {.api_name = "future", .value = flow.value(FlowField::FlowTag)};
  const std::span<std::string_view> text = batch_.new_texts(1);
  text[0] = "z";
  unknown[1] = {.api_name = "other", .value = text};
  flow.unknown_fields = unknown;
  const Flow read = through_block(flow);
  ASSERT_EQ(read.unknown_fields.size(), 2U);
  EXPECT_EQ(read.unknown_fields[0].api_name, "future");
  EXPECT_THAT(read.unknown_fields[0].value, ElementsAre("x", "y"));
  EXPECT_EQ(read.unknown_fields[1].api_name, "other");
  EXPECT_THAT(read.unknown_fields[1].value, ElementsAre("z"));
}

TEST_F(VersionBlockTest, KeepsAnyBytesAndAnyTime) {
  Flow flow = make_version(batch_, std::string_view("\0\xff\n", 3), 0);
  flow.version_time = UnixSeconds(std::chrono::seconds(std::numeric_limits<std::int64_t>::min()));
  set_texts(batch_, flow, FlowField::SourceVm, {std::string(1000, 'v'), std::string("\0", 1), ""});
  const Flow read = through_block(flow);
  EXPECT_EQ(read.id, std::string_view("\0\xff\n", 3));
  EXPECT_EQ(read.version_time, flow.version_time);
  EXPECT_THAT(read.value(FlowField::SourceVm), ElementsAreArray(flow.value(FlowField::SourceVm)));
}

TEST_F(VersionBlockTest, HoldsManyFlowsThatShareTheirTexts) {
  VersionBlockWriter writer;
  std::size_t alone = 0;
  for (std::size_t i = 0; i < kMaxFlowsOfBlock; ++i) {
    Flow flow = make_version(batch_, "flow-" + std::to_string(i), 5);
    for (const FlowField field : {FlowField::SourceVm, FlowField::DestinationVm})
      set_texts(batch_, flow, field, {std::string(200, static_cast<char>('a' + i % 3))});
    EXPECT_EQ(writer.add(flow), i);
    if (i > 0) continue;
    VersionBlockWriter other;
    (void)other.add(flow);
    alone = other.finish().size();
  }
  EXPECT_EQ(writer.add(make_version(batch_, "one more", 5)), std::nullopt);
  const std::string block = writer.finish();
  EXPECT_LT(block.size(), alone * kMaxFlowsOfBlock / 3);
  std::optional<VersionBlockReader> reader = VersionBlockReader::open(block);
  ASSERT_TRUE(reader);
  for (const std::size_t i : {std::size_t{63}, std::size_t{0}, std::size_t{31}}) {
    const std::optional<Flow> flow = reader->read(i, read_batch_);
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->id, "flow-" + std::to_string(i));
    EXPECT_EQ(flow->text(FlowField::SourceVm), std::string(200, static_cast<char>('a' + i % 3)));
  }
  EXPECT_FALSE(reader->read(kMaxFlowsOfBlock, read_batch_));
  EXPECT_TRUE(writer.is_empty());
}

TEST_F(VersionBlockTest, HasNoRoomForAFlowThatIsTooLong) {
  VersionBlockWriter writer;
  EXPECT_EQ(writer.add(make_version(batch_, "a", 5)), 0U);
  Flow flow = make_version(batch_, "b", 5);
  set_texts(batch_, flow, FlowField::SourceVm, {std::string(kMaxBlockBytes, 'v')});
  EXPECT_EQ(writer.add(flow), std::nullopt);
  EXPECT_EQ(writer.add(make_version(batch_, "c", 5)), 1U);
  const std::string block = writer.finish();
  std::optional<VersionBlockReader> reader = VersionBlockReader::open(block);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->read(1, read_batch_).value_or(Flow()).id, "c");
  EXPECT_EQ(writer.add(flow), std::nullopt);
}

TEST_F(VersionBlockTest, IsDamagedIfOneByteDiffers) {
  VersionBlockWriter writer;
  (void)writer.add(make_version(batch_, "a", 5));
  const std::string block = writer.finish();
  EXPECT_TRUE(VersionBlockReader::open(block));
  for (std::size_t i = 0; i < block.size(); ++i) {
    std::string damaged = block;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_FALSE(VersionBlockReader::open(damaged)) << i;
    EXPECT_FALSE(VersionBlockReader::open(block.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace vrni2syslog
