#include "vrni/fetch/property_index.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(PropertyIndex, FindsEveryPropertyOfTheTableInAnyOrder) {
  PropertyIndex index;
  for (int round = 0; round < 3; ++round) {
    for (const FlowFieldInfo& info : flow_fields()) {
      if (!info.api_name.empty()) {
        EXPECT_EQ(index.find(info.api_name), &info_of(info.field));
      }
    }
  }
  EXPECT_EQ(index.find("protocol"), &info_of(FlowField::Protocol));
  EXPECT_EQ(index.find("port"), &info_of(FlowField::DestinationPort));
  EXPECT_EQ(index.find("protocol"), &info_of(FlowField::Protocol));
}

TEST(PropertyIndex, FindsNothingElse) {
  PropertyIndex index;
  for (const char* const name : {"", "entity_id", "name", "src_ip", "protocols", "protoco"}) {
    EXPECT_EQ(index.find(name), nullptr) << name;
    EXPECT_NE(index.find("protocol"), nullptr);
  }
}

}  // namespace
}  // namespace vrni2syslog
