#include "flow/flow_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace vrni2syslog {
namespace {

TEST(FlowFields, HaveUniqueNamesThatEveryCollectorTakes) {
  const std::set<std::string_view> reserved{"timestamp", "source", "message",     "host",
                                            "hostname",  "level",  "facility",    "text",
                                            "id",        "time",   "full_message"};
  std::set<std::string_view> seen;
  for (const FlowFieldInfo& row : flow_fields()) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    EXPECT_FALSE(reserved.contains(row.name)) << row.name;
    EXPECT_LE(row.name.size(), 32U) << row.name;
    EXPECT_TRUE(std::ranges::all_of(row.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << row.name;
  }
}

TEST(FlowFields, AreFoundByTheirName) {
  EXPECT_EQ(flow_field_by_name("src_ip"), FlowField::SourceIp);
  EXPECT_EQ(flow_field_by_name("source_ip"), std::nullopt);
  EXPECT_EQ(flow_field_by_name(""), std::nullopt);
}

TEST(FlowFields, HaveAnApiNameIfTheyAreThePlatformsOwn) {
  for (const FlowFieldInfo& row : flow_fields()) {
    const bool is_of_the_entity = row.kind != FieldKind::Derived &&
                                  row.kind != FieldKind::VmDetail &&
                                  row.kind != FieldKind::Counter &&
                                  row.kind != FieldKind::History && row.kind != FieldKind::Record;
    EXPECT_EQ(!row.api_name.empty(), is_of_the_entity) << row.name;
  }
}

}  // namespace
}  // namespace vrni2syslog
