#pragma once

#include "base/clock.h"
#include "vrni/api/concurrency_limit.h"
#include "vrni/api/pacing.h"
#include "vrni/api/retry_policy.h"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace vrni2syslog {

/// When the next request may go out, and how many may be under way together, as the platform's
/// answers tell. Does not wait itself.
class CallTurns {
 public:
  /// `most` requests are allowed together.
  explicit CallTurns(std::size_t most) : limit_(most) {}

  [[nodiscard]] std::size_t concurrency() const noexcept { return limit_.value(); }
  /// When the next request may go out, as far as the distance between two of them goes.
  [[nodiscard]] SteadyTime earliest_start() const noexcept;
  [[nodiscard]] bool may_start(SteadyTime now, std::size_t in_flight) const noexcept {
    return now >= earliest_start() && in_flight < limit_.value();
  }

  void on_start(SteadyTime now) noexcept { last_start_ = now; }
  /// What became of a request that was sent at `sent`, and how long its answer took, if there is
  /// one. Requests that went out before a complaint was known are no second one.
  void on_end(AnswerKind kind, std::string_view operation, std::chrono::milliseconds latency,
              SteadyTime sent, SteadyTime now);

 private:
  Pacing pacing_;
  ConcurrencyLimit limit_;
  SteadyTime last_start_ = SteadyTime::min();
  SteadyTime last_complaint_ = SteadyTime::min();
};

}  // namespace vrni2syslog
