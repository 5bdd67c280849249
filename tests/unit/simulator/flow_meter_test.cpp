#include "flow_meter.h"

#include <gtest/gtest.h>

namespace vrni2syslog::simulator {
namespace {

constexpr std::int64_t kDay = 1'748'736'000;
constexpr std::int64_t kSlot = kMetricIntervals.front();

struct Meter {
  Inventory inventory{{7, 200, 0.0}};
  FlowGenerator flows{{7, 200, kDay, kDay + 86'399, 0.0, false}, inventory};
  FlowMeter meter{flows, 7};
};

TEST(FlowMeter, HasPointsWhileAFlowIsActive) {
  const Meter platform;
  int values = 0;
  int gaps = 0;
  int absent = 0;
  int zeros = 0;
  for (std::uint32_t flow = 0; flow < 200; ++flow) {
    for (std::int64_t stamp = kDay; stamp < kDay + 86'400; stamp += kSlot) {
      const auto point = platform.meter.point(flow, Metric::TotalBytes, stamp, kSlot);
      const bool is_active = platform.flows.activity(flow).overlaps(stamp, stamp + kSlot - 1);
      const bool has_value = point && *point >= 0;
      EXPECT_TRUE(point || !is_active) << flow << " " << stamp;
      EXPECT_TRUE(is_active || !has_value) << flow << " " << stamp;
      values += point && *point > 0 ? 1 : 0;
      zeros += point && *point == 0 ? 1 : 0;
      gaps += point && *point < 0 ? 1 : 0;
      absent += point ? 0 : 1;
    }
  }
  for (const int count : {values, gaps, absent, zeros}) EXPECT_GT(count, 50);
}

TEST(FlowMeter, AddsUpItsPointsInEveryInterval) {
  const Meter platform;
  for (std::uint32_t flow = 0; flow < 200; ++flow) {
    for (const MetricInfo& info : kMetrics) {
      if (info.metric == Metric::TotalBytesRate) continue;
      const auto total = platform.meter.sum(flow, info.metric, kDay, kDay + 86'400);
      for (const std::int64_t interval : kMetricIntervals) {
        std::int64_t sum = 0;
        for (std::int64_t stamp = kDay; stamp < kDay + 86'400; stamp += interval) {
          const auto point = platform.meter.point(flow, info.metric, stamp, interval);
          if (point && *point > 0) sum += *point;
        }
        EXPECT_EQ(sum, total.value_or(0)) << flow << " " << info.name << " " << interval;
      }
    }
    const auto sum_of = [&](Metric metric) {
      return platform.meter.sum(flow, metric, kDay, kDay + 86'400).value_or(0);
    };
    EXPECT_EQ(sum_of(Metric::TotalBytes),
              sum_of(Metric::SourceBytes) + sum_of(Metric::DestinationBytes));
  }
}

TEST(FlowMeter, CountsAPointByItsStamp) {
  const Meter platform;
  for (std::uint32_t flow = 0; flow < 200; ++flow) {
    const auto whole = platform.meter.sum(flow, Metric::TotalPackets, kDay, kDay + 3600);
    const auto first = platform.meter.sum(flow, Metric::TotalPackets, kDay, kDay + 1);
    const auto second = platform.meter.sum(flow, Metric::TotalPackets, kDay + 1, kDay + 3600);
    EXPECT_EQ(whole.value_or(0), first.value_or(0) + second.value_or(0));
    EXPECT_EQ(platform.meter.sum(flow, Metric::TotalPackets, kDay + 1, kDay + 1800), std::nullopt);
  }
}

}  // namespace
}  // namespace vrni2syslog::simulator
