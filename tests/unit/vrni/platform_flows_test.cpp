#include "vrni/platform_flows.h"

#include "unit/vrni/api_fixture.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] TimeWindow hour(int number) {
  const UnixSeconds start(std::chrono::hours{number});
  return {start, start + std::chrono::hours(1)};
}

TEST(PlatformFlows, ReadUnitAfterUnit) {
  ApiFixture fixture;
  fixture.script(
      "/search",
      {answer(503, ""),
       answer(200, R"({"results":[{"entity_id":"a"},{"entity_id":"b"}],"total_count":2})"),
       answer(200, R"({"results":[{"entity_id":"a"}],"total_count":1})")});
  fixture.script("/entities/fetch",
                 {answer(200, R"({"results":[{"entity_id":"a","entity":{}}]})")});
  ApiClient api = fixture.make_api();
  const std::unique_ptr<FlowSource> flows = make_platform_flows(api, fixture.log, "");
  std::unique_ptr<FlowEpoch> epoch = flows->read(hour(0));
  EXPECT_TRUE(fixture.http.requests().empty()) << "nothing is asked before next()";
  EXPECT_EQ(epoch->statistics().announced, std::nullopt);
  const std::unique_ptr<FlowBatch> first = epoch->next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->unit, hour(0));
  EXPECT_EQ(first->flows.size(), 2U);
  EXPECT_TRUE(first->flows.at(1).is_partial);
  EXPECT_EQ(epoch->next(), nullptr);
  EXPECT_EQ(epoch->next(), nullptr) << "and ever after";
  EXPECT_EQ(epoch->statistics().announced, 2U);
  EXPECT_EQ(epoch->statistics().searches, 1U);

  epoch = flows->read(hour(1));
  EXPECT_EQ(epoch->window(), hour(1));
  const std::unique_ptr<FlowBatch> second = epoch->next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->flows.at(0).id, "a");
  EXPECT_EQ(epoch->next(), nullptr);
  EXPECT_EQ(epoch->statistics().announced, 1U);

  const SourceStatistics statistics = flows->statistics();
  EXPECT_EQ(statistics.calls, fixture.http.requests().size());
  EXPECT_EQ(statistics.retries, 1U);
  EXPECT_EQ(statistics.without_metrics, 0U);
}

TEST(PlatformFlows, CountThemAndKnowWhereThePlatformMayStopCounting) {
  ApiFixture fixture;
  fixture.script("/search",
                 {answer(200, R"({"results":[{"entity_id":"a"}],"total_count":10000})")});
  ApiClient api = fixture.make_api();
  const std::unique_ptr<FlowSource> flows = make_platform_flows(api, fixture.log, "");
  EXPECT_EQ(flows->count(hour(0)), 10'000U);
  for (const std::uint64_t count : {10'000U, 20'000U, 1'000'000U})
    EXPECT_TRUE(flows->may_be_counting_limit(count)) << count;
  for (const std::uint64_t count : {0U, 1'000U, 9'999U, 10'001U, 15'000U})
    EXPECT_FALSE(flows->may_be_counting_limit(count)) << count;
}

TEST(PlatformFlows, AddCountersThatAreAskedFor) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, R"({"results":[{"entity_id":"a"}],"total_count":1})")});
  fixture.script("/entities/fetch",
                 {answer(200, R"({"results":[{"entity_id":"a","entity":{}}]})")});
  fixture.script(
      "/schema/Flow/metrics",
      {answer(
          200,
          R"({"results":[{"metric":"flow.totalBytes.delta.summation.bytes","intervals":[1800]}]})")});
  fixture.script(
      "/metrics/fetch",
      {answer(200, R"({"results":[{"entity_id":"a","pointlist":[[1800,7]]}]})"), api_error(403)});
  ApiClient api = fixture.make_api();
  const std::unique_ptr<FlowSource> flows =
      make_platform_flows(api, fixture.log, "", {FlowField::Bytes});
  std::unique_ptr<FlowEpoch> epoch = flows->read(hour(0));
  EXPECT_EQ(epoch->next()->flows.at(0).text(FlowField::Bytes), "7");
  EXPECT_EQ(epoch->next(), nullptr);
  epoch = flows->read(hour(1));
  EXPECT_EQ(epoch->next()->flows.at(0).text(FlowField::Bytes), "");
  EXPECT_EQ(flows->statistics().without_metrics, 1U);
}

}  // namespace
}  // namespace vrni2syslog
