#include "vrni/metrics/flow_counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace vrni2syslog {
namespace {

TEST(FlowCounters, AreTheCounterFieldsInTheirOrder) {
  std::vector<FlowField> fields;
  for (const FlowFieldInfo& info : flow_fields()) {
    if (info.kind == FieldKind::Counter) fields.push_back(info.field);
  }
  EXPECT_TRUE(std::ranges::equal(flow_counters(), fields, {}, &FlowCounter::field));
}

TEST(FlowCounters, HaveOneMetricEachAndOneMainCounterInEachGroup) {
  std::set<std::string_view> metrics;
  std::multiset<std::string_view> main_of;
  std::set<std::string_view> groups;
  for (const FlowCounter& counter : flow_counters()) {
    EXPECT_TRUE(metrics.insert(counter.metric).second) << counter.metric;
    groups.insert(counter.group);
    if (counter.is_main) main_of.insert(counter.group);
  }
  EXPECT_TRUE(std::ranges::equal(groups, main_of));
}

}  // namespace
}  // namespace vrni2syslog
