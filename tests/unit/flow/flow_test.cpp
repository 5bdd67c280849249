#include "flow/flow.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

const TimeWindow kUnit{UnixSeconds(std::chrono::seconds(0)),
                       UnixSeconds(std::chrono::seconds(3600))};

TEST(Flow, HasNoValuesAtFirst) {
  const Flow flow;
  EXPECT_TRUE(flow.value(FlowField::SourceVm).empty());
  EXPECT_EQ(flow.text(FlowField::SourceVm), "");
}

TEST(Flow, KeepsASingleTextItself) {
  auto original = std::make_unique<Flow>();
  original->set_text(FlowField::SourceVm, "web-01");
  const Flow copy = *original;
  original.reset();
  ASSERT_EQ(copy.value(FlowField::SourceVm).size(), 1U);
  EXPECT_EQ(copy.value(FlowField::SourceVm).front(), "web-01");
}

TEST(Flow, HasTheValueThatWasSetLast) {
  const std::string_view tags[] = {"a", "b"};
  Flow flow;
  flow.set(FlowField::FlowTag, tags);
  flow.set_text(FlowField::FlowTag, "c");
  EXPECT_EQ(flow.value(FlowField::FlowTag).size(), 1U);
  EXPECT_EQ(flow.text(FlowField::FlowTag), "c");
  flow.set(FlowField::FlowTag, tags);
  EXPECT_EQ(flow.value(FlowField::FlowTag).size(), 2U);
  flow.set_text(FlowField::FlowTag, "");
  EXPECT_TRUE(flow.value(FlowField::FlowTag).empty());
  flow.set_text(FlowField::FlowTag, "d");
  flow.set(FlowField::FlowTag, {});
  EXPECT_TRUE(flow.value(FlowField::FlowTag).empty());
}

TEST(Flow, HasRoomForAllFieldsHoweverOftenTheyAreSet) {
  const auto fields = flow_fields().first<static_cast<std::size_t>(FlowField::FlowId)>();
  Flow flow;
  for (int round = 0; round < 3; ++round) {
    for (const FlowFieldInfo& info : fields) flow.set_text(info.field, info.name);
    for (const FlowFieldInfo& info : fields) ASSERT_EQ(flow.text(info.field), info.name);
    for (const FlowFieldInfo& info : fields) flow.set_text(info.field, "");
    EXPECT_EQ(flow.value_count(), 0U);
  }
}

TEST(Flow, ShowsTheFieldsThatHaveAValueInTheirOrder) {
  const std::string_view tags[] = {"a", "b"};
  Flow flow;
  flow.set_text(FlowField::Sessions, "4");
  flow.set(FlowField::FlowTag, tags);
  flow.set_text(FlowField::Action, "ALLOW");
  flow.set_text(FlowField::Protocol, "TCP");
  flow.set_text(FlowField::Protocol, "");
  std::vector<std::pair<FlowField, std::string_view>> shown;
  flow.for_each_value([&](FlowField field, FieldValue value) {
    for (const std::string_view text : value) shown.emplace_back(field, text);
  });
  const std::vector<std::pair<FlowField, std::string_view>> expected{{FlowField::Action, "ALLOW"},
                                                                     {FlowField::FlowTag, "a"},
                                                                     {FlowField::FlowTag, "b"},
                                                                     {FlowField::Sessions, "4"}};
  EXPECT_EQ(shown, expected);
  EXPECT_EQ(flow.value_count(), 3U);
}

TEST(FlowBatch, OwnsWhatItsFlowsPointTo) {
  FlowBatch batch(kUnit);
  {
    const std::string name = "a name long enough not to be stored inside the string";
    Flow flow;
    flow.set_text(FlowField::SourceVm, batch.copy(name));
    batch.flows.push_back(flow);
  }
  EXPECT_EQ(batch.flows[0].text(FlowField::SourceVm),
            "a name long enough not to be stored inside the string");
}

TEST(FlowBatch, KeepsBodiesWhereTheyAre) {
  FlowBatch batch(kUnit);
  const std::string& first = batch.keep("short");
  const std::string_view view = first;
  for (int i = 0; i < 100; ++i) batch.keep("another");
  EXPECT_EQ(view, "short");
}

TEST(FlowBatch, GivesEachTextRoomOfItsOwn) {
  FlowBatch batch(kUnit);
  std::vector<std::span<std::string_view>> rooms;
  for (std::size_t count = 0; count < 100; ++count) {
    rooms.push_back(batch.new_texts(count));
    ASSERT_EQ(rooms.back().size(), count);
    for (std::string_view& text : rooms.back()) text = {"*****", count % 6};
  }
  for (std::size_t count = 0; count < rooms.size(); ++count) {
    for (const std::string_view text : rooms[count]) EXPECT_EQ(text.size(), count % 6);
  }
}

TEST(FlowBatch, GivesRoomForListsOfTexts) {
  FlowBatch batch(kUnit);
  const auto texts = batch.new_texts(2);
  texts[0] = "a";
  texts[1] = "b";
  Flow flow;
  flow.set(FlowField::FlowTag, texts);
  EXPECT_EQ(flow.value(FlowField::FlowTag).size(), 2U);
  EXPECT_EQ(flow.value(FlowField::FlowTag)[1], "b");
}

}  // namespace
}  // namespace vrni2syslog
