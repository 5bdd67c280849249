#pragma once

#include "flow/flow_source.h"

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace vrni2syslog {

/// A reading whose first flows are read before they are asked for, while the epoch before it waits
/// for its receipts. next() hands these flows on first, and then what went wrong after them.
class ReadAhead final : public FlowEpoch {
 public:
  /// Once this many flows are held, no more are read ahead: some 10 MB.
  static constexpr std::size_t kMostFlows = 4000;

  explicit ReadAhead(std::unique_ptr<FlowEpoch> flows);

  /// Reads batch by batch until is_time_up(), or as far as it may. A failure is kept for next().
  void read(const std::function<bool()>& is_time_up) noexcept;

  [[nodiscard]] std::unique_ptr<FlowBatch> next() override;
  [[nodiscard]] ReadingStatistics statistics() const override { return flows_->statistics(); }
  [[nodiscard]] std::optional<Error> shortfall() const override { return flows_->shortfall(); }
  void confirmed() override { flows_->confirmed(); }

 private:
  std::unique_ptr<FlowEpoch> flows_;
  std::deque<std::unique_ptr<FlowBatch>> batches_;
  std::size_t flow_count_ = 0;  ///< read ahead in all
  std::exception_ptr failure_;  ///< of the reading, after the batches
};

}  // namespace vrni2syslog
