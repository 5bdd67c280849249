#pragma once

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {

/// How much may be spent on the failures of one metric, which lines can do without, from one batch
/// that has it to the next. Each flow that the platform fails on costs one call for every halving
/// down to it, and each of these calls its repeats.
class FailureBudget {
 public:
  static constexpr std::size_t kMaxFailedCalls = 60;
  /// The most batches in a row that may fail completely.
  static constexpr int kMaxVainBatches = 3;
  /// Once single flows have been found to fail, a batch is divided into this many parts at most.
  static constexpr std::size_t kCoarseParts = 8;

  void on_failed_call() noexcept { ++failed_calls_; }
  /// A call and its halves have been made; `failing` of its flows turned out to fail.
  void on_call_in_parts(std::size_t failing) noexcept {
    has_found_flows_ = has_found_flows_ || failing > 0;
  }
  /// A batch has the metric of at least one flow.
  void on_useful_batch() noexcept {
    failed_calls_ = 0;
    vain_batches_ = 0;
  }
  /// A batch has the metric of none, which may be different for the next one.
  void on_vain_batch() noexcept { ++vain_batches_; }

  /// Down to how many flows a batch may be divided: to single ones until some were found, and to
  /// coarse parts from then on, which costs the neighbours of such a flow their metric, too.
  [[nodiscard]] std::size_t smallest_part(std::size_t batch) const noexcept {
    return has_found_flows_ ? std::max<std::size_t>(1, batch / kCoarseParts) : 1;
  }
  /// Something has failed since the last batch that had the metric.
  [[nodiscard]] bool is_touched() const noexcept { return failed_calls_ > 0 || vain_batches_ > 0; }
  /// The metric is not asked for any more.
  [[nodiscard]] bool is_spent() const noexcept {
    return failed_calls_ >= kMaxFailedCalls || vain_batches_ >= kMaxVainBatches;
  }

 private:
  std::size_t failed_calls_ = 0;
  int vain_batches_ = 0;
  bool has_found_flows_ = false;
};

}  // namespace vrni2syslog
