#pragma once

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {

/// How much of a run may go into the failures of something that lines can do without. Each flow
/// that a platform fails on costs a call for each halving down to it, and each of these its
/// repeats.
class FailureBudget {
 public:
  static constexpr std::size_t kMaxFailedCalls = 60;
  /// Into so many parts a batch is divided at most, once single items have been found.
  static constexpr std::size_t kCoarseParts = 8;

  void on_failed_call() noexcept { ++failed_calls_; }
  /// Ends a batch, of which single items may have been found to fail.
  void on_batch(std::size_t failing) noexcept {
    has_found_items_ = has_found_items_ || failing > 0;
  }

  /// Down to how many items a batch may be divided: to single ones in the first batches, until some
  /// were found. A platform that goes on like this costs the neighbours of such items, too.
  [[nodiscard]] std::size_t smallest_part(std::size_t batch) const noexcept {
    return has_found_items_ ? std::max<std::size_t>(1, batch / kCoarseParts) : 1;
  }
  /// Nothing is asked for any more.
  [[nodiscard]] bool is_spent() const noexcept { return failed_calls_ >= kMaxFailedCalls; }

 private:
  std::size_t failed_calls_ = 0;
  bool has_found_items_ = false;
};

}  // namespace vrni2syslog
