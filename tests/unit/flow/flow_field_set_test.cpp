#include "flow/flow_field_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace vrni2syslog {
namespace {

std::vector<FlowField> fields_in(const FlowFieldSet& set) {
  std::vector<FlowField> fields;
  set.for_each([&](FlowField field) { fields.push_back(field); });
  return fields;
}

TEST(FlowFieldSet, IsEmptyAtFirst) {
  const FlowFieldSet set;
  EXPECT_EQ(set.size(), 0U);
  EXPECT_TRUE(fields_in(set).empty());
}

TEST(FlowFieldSet, HoldsWhatWasInsertedAndNotErased) {
  FlowFieldSet set;
  for (const FlowField field : {FlowField::Run, FlowField::Action, FlowField::Bytes}) {
    set.insert(field);
    set.insert(field);
  }
  set.erase(FlowField::Bytes);
  set.erase(FlowField::Packets);
  EXPECT_TRUE(set.contains(FlowField::Run));
  EXPECT_FALSE(set.contains(FlowField::Bytes));
  EXPECT_EQ(fields_in(set), (std::vector{FlowField::Action, FlowField::Run}));
}

TEST(FlowFieldSet, HasRoomForEveryField) {
  FlowFieldSet set;
  std::vector<FlowField> all;
  for (const FlowFieldInfo& info : flow_fields()) {
    set.insert(info.field);
    all.push_back(info.field);
    EXPECT_EQ(set.size(), all.size());
  }
  EXPECT_EQ(fields_in(set), all);
}

}  // namespace
}  // namespace vrni2syslog
