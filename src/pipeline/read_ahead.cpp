#include "pipeline/read_ahead.h"

#include <utility>

namespace vrni2syslog {

ReadAhead::ReadAhead(std::unique_ptr<FlowEpoch> flows)
    : FlowEpoch(flows->window()), flows_(std::move(flows)) {}

void ReadAhead::read(const std::function<bool()>& is_time_up) noexcept {
  try {
    while (flow_count_ < kMostFlows && !is_time_up()) {
      std::unique_ptr<FlowBatch> batch = flows_->next();
      if (!batch) return;
      flow_count_ += batch->flows.size();
      batches_.push_back(std::move(batch));
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
}

std::unique_ptr<FlowBatch> ReadAhead::next() {
  if (!batches_.empty()) {
    std::unique_ptr<FlowBatch> batch = std::move(batches_.front());
    batches_.pop_front();
    return batch;
  }
  if (failure_) std::rethrow_exception(failure_);
  return flows_->next();
}

}  // namespace vrni2syslog
