#pragma once

#include "flow/flow.h"
#include "flow/time_window.h"

#include <cstdint>

namespace vrni2syslog {

/// Leaves flows out that have been sent before. Remembers what is sent epoch by epoch: of an epoch
/// that nobody confirmed, nothing. SentFlowEpoch sees to the order of the calls.
class SentFlowFilter {
 public:
  SentFlowFilter() = default;
  SentFlowFilter(const SentFlowFilter&) = delete;
  SentFlowFilter& operator=(const SentFlowFilter&) = delete;
  virtual ~SentFlowFilter() = default;

  /// Begins the epoch of a unit. Throws Error before anything is sent where nothing could be
  /// remembered.
  virtual void begin(const TimeWindow& unit) = 0;

  /// Takes out of a batch of the unit what has been sent before the epoch, and takes note of the
  /// rest as being sent in it. Returns how many were taken out.
  [[nodiscard]] virtual std::uint64_t leave_out_sent_before(FlowBatch& batch) = 0;

  /// Remembers, safe against crashes, what was sent in the epoch. Throws Error where that cannot be
  /// done.
  virtual void commit() = 0;

  /// Forgets what was noted in the epoch.
  virtual void rollback() noexcept = 0;
};

}  // namespace vrni2syslog
