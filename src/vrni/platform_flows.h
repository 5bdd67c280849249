#pragma once

#include "base/log.h"
#include "flow/flow_source.h"
#include "vrni/api/api_client.h"
#include "vrni/fetch/flow_fetcher.h"
#include "vrni/search/search_paging.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The flows of a platform that match a filter, unit by unit.
class PlatformFlows final : public FlowSource {
 public:
  /// `api` and `log` must outlive it. `counters` are those of FlowMetrics; `least_age` is how long
  /// a unit must be over at the platform before it is read.
  PlatformFlows(ApiClient& api, Log& log, std::string filter,
                const std::vector<FlowField>& counters = {},
                std::chrono::seconds least_age = std::chrono::seconds(0));

  [[nodiscard]] std::unique_ptr<FlowEpoch> read(const TimeWindow& unit) override;
  [[nodiscard]] SourceStatistics statistics() const override;

 private:
  ApiClient& api_;
  Log& log_;
  std::string filter_;
  std::chrono::seconds least_age_;
  FlowFetcher fetcher_;
  SearchDepth depth_;
};

}  // namespace vrni2syslog
