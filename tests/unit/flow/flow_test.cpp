#include "flow/flow.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

const TimeWindow kUnit{UnixSeconds(std::chrono::seconds(0)),
                       UnixSeconds(std::chrono::seconds(3600))};

TEST(Flow, HasNoValuesAtFirst) {
  const Flow flow;
  EXPECT_TRUE(flow.value(FlowField::SourceVm).empty());
  EXPECT_EQ(flow.text(FlowField::SourceVm), "");
}

TEST(FlowBatch, OwnsWhatItsFlowsPointTo) {
  FlowBatch batch(kUnit);
  {
    const std::string name = "a name long enough not to be stored inside the string";
    Flow flow;
    flow.set(FlowField::SourceVm, batch.single(batch.copy(name)));
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
