#pragma once

#include "flow/flow.h"
#include "flow/time_window.h"

#include <cstdint>

namespace vrni2syslog {

/// Leaves flows out that have been sent before, and marks those that never were. What is sent in an
/// epoch is remembered once every collector has confirmed it. An epoch is begin(), any number of
/// leave_out_sent_before(), and commit() or rollback(). Used by one thread at a time.
class SentFlowFilter {
 public:
  SentFlowFilter() = default;
  SentFlowFilter(const SentFlowFilter&) = delete;
  SentFlowFilter& operator=(const SentFlowFilter&) = delete;
  virtual ~SentFlowFilter() = default;

  /// Begins the epoch of a unit. Throws Error, before anything is sent, if nothing could be
  /// remembered.
  virtual void begin(const TimeWindow& unit) = 0;

  /// Takes the flows out of a batch of the unit that were sent before the epoch, and notes the
  /// others as being sent in it. Gives FlowField::New to those that were never sent. Returns how
  /// many were taken out.
  [[nodiscard]] virtual std::uint64_t leave_out_sent_before(FlowBatch& batch) = 0;

  /// Remembers, safe against crashes, what was sent in the epoch. Throws Error if that cannot be
  /// done; rollback() must follow then.
  virtual void commit() = 0;

  /// Forgets what was noted in the epoch.
  virtual void rollback() noexcept = 0;
};

}  // namespace vrni2syslog
