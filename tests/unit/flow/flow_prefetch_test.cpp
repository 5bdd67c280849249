#include "flow/flow_prefetch.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(FlowPrefetch, VisitsEachFlowInTheirOrder) {
  for (std::size_t count = 0; count <= 4; ++count) {
    const std::vector<Flow> flows(count);  // without ids
    std::vector<const Flow*> visited;
    for_each_prefetched(flows, [&](const Flow& flow) { visited.push_back(&flow); });
    ASSERT_EQ(visited.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(visited[i], &flows[i]);
  }
}

TEST(FlowPrefetch, TakesFlowsThatHaveNoNextOne) {
  std::vector<Flow> flows;
  prefetch_next(flows);
  flows.resize(1);
  flows.shrink_to_fit();
  prefetch_next(flows);
  EXPECT_EQ(flows.size(), 1U);
}

}  // namespace
}  // namespace vrni2syslog
