#pragma once

#include "base/error.h"
#include "delivery/sent/sent_flow_filter.h"

#include <utility>

namespace vrni2syslog {

/// One epoch of a SentFlowFilter: unless commit() is reached, nothing of it is remembered. Without
/// a filter, nothing is left out.
class SentFlowEpoch {
 public:
  /// `filter` may be null, and must otherwise outlive the epoch.
  SentFlowEpoch(SentFlowFilter* filter, const TimeWindow& unit) : filter_(filter) {
    if (filter_ != nullptr) filter_->begin(unit);
  }
  SentFlowEpoch(const SentFlowEpoch&) = delete;
  SentFlowEpoch& operator=(const SentFlowEpoch&) = delete;
  ~SentFlowEpoch() {
    if (filter_ != nullptr) filter_->rollback();
  }

  [[nodiscard]] std::uint64_t leave_out_sent_before(FlowBatch& batch) {
    return filter_ == nullptr ? 0 : filter_->leave_out_sent_before(batch);
  }

  /// To be called once every collector has confirmed what was sent in the epoch.
  void commit() {
    if (filter_ == nullptr) return;
    try {
      filter_->commit();
    } catch (const Error& error) {
      throw error.within(
          "every collector has confirmed the lines, but that could not be remembered, so the next "
          "run may send some again");
    }
    filter_ = nullptr;
  }

 private:
  SentFlowFilter* filter_;
};

}  // namespace vrni2syslog
