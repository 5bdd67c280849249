#pragma once

#include <chrono>

namespace vrni2syslog {

/// How long to wait before an attempt is repeated.
struct BackoffPolicy {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds cap{30'000};
};

/// Exponential back-off with full jitter: `first` doubled for each earlier attempt, capped, times
/// `random`, but never less than `floor` (a server's Retry-After), above which the jitter is added.
/// `attempt` counts from 1; `random` is in [0, 1).
[[nodiscard]] std::chrono::milliseconds backoff_delay(const BackoffPolicy& policy, int attempt,
                                                      std::chrono::milliseconds floor,
                                                      double random);

}  // namespace vrni2syslog
