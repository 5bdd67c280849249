#include "vrni/platform_flows.h"

#include <utility>

namespace vrni2syslog {

PlatformFlows::PlatformFlows(ApiClient& api, Log& log, std::string filter,
                             const std::vector<FlowField>& counters)
    : api_(api), log_(log), filter_(std::move(filter)), fetcher_(api, log, counters) {}

void PlatformFlows::open(const TimeWindow& unit) {
  if (unit_) {
    announced_before_ += unit_->announced();
    received_before_ += unit_->received();
  }
  unit_ = std::make_unique<UnitReader>(api_, fetcher_, log_, filter_, unit);
}

std::unique_ptr<FlowBatch> PlatformFlows::next() {
  return unit_ ? unit_->next() : nullptr;
}

SourceStatistics PlatformFlows::statistics() const {
  SourceStatistics statistics;
  statistics.announced = announced_before_ + (unit_ ? unit_->announced() : 0);
  statistics.received = received_before_ + (unit_ ? unit_->received() : 0);
  statistics.partial = fetcher_.partial();
  statistics.without_metrics = fetcher_.without_metrics();
  statistics.calls = api_.statistics().calls;
  statistics.retries = api_.statistics().retries;
  statistics.throttled = api_.statistics().throttled;
  return statistics;
}

}  // namespace vrni2syslog
