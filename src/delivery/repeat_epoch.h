#pragma once

#include "base/error.h"
#include "delivery/repeat_filter.h"

#include <utility>

namespace vrni2syslog {

/// One epoch of a RepeatFilter: unless commit() is reached, nothing of it is remembered. Without a
/// filter, nothing is left out.
class RepeatEpoch {
 public:
  /// `filter` may be null, and must otherwise outlive the epoch.
  RepeatEpoch(RepeatFilter* filter, const TimeWindow& unit) : filter_(filter) {
    if (filter_ != nullptr) filter_->begin(unit);
  }
  RepeatEpoch(const RepeatEpoch&) = delete;
  RepeatEpoch& operator=(const RepeatEpoch&) = delete;
  ~RepeatEpoch() {
    if (filter_ != nullptr) filter_->rollback();
  }

  [[nodiscard]] std::uint64_t leave_out_repeats(FlowBatch& batch) {
    return filter_ == nullptr ? 0 : filter_->leave_out_repeats(batch);
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
  RepeatFilter* filter_;
};

}  // namespace vrni2syslog
