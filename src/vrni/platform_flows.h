#pragma once

#include "base/log.h"
#include "vrni/api_client.h"
#include "vrni/flow_fetcher.h"
#include "vrni/flow_source.h"
#include "vrni/unit_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The flows of a platform that match a filter, unit by unit.
class PlatformFlows final : public FlowSource {
 public:
  /// `api` and `log` must outlive it; `counters` as FlowMetrics has them.
  PlatformFlows(ApiClient& api, Log& log, std::string filter,
                const std::vector<FlowField>& counters = {});

  void open(const TimeWindow& unit) override;
  [[nodiscard]] std::unique_ptr<FlowBatch> next() override;
  [[nodiscard]] SourceStatistics statistics() const override;

 private:
  ApiClient& api_;
  Log& log_;
  std::string filter_;
  FlowFetcher fetcher_;
  std::unique_ptr<UnitReader> unit_;
  std::uint64_t announced_before_ = 0;  ///< by units before this one
  std::uint64_t received_before_ = 0;
};

}  // namespace vrni2syslog
