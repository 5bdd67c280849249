#pragma once

#include <chrono>

namespace vrni2syslog {

/// How long to wait before an attempt is repeated; see backoff_delay().
struct BackoffPolicy {
  std::chrono::milliseconds first{500};   ///< after the first attempt, at most
  std::chrono::milliseconds cap{30'000};  ///< after any attempt, at most
};

/// Exponential back-off with full jitter: `first` is doubled for each attempt after the first one,
/// up to `cap`, multiplied by `random`, and added to `floor` (a server's Retry-After). `attempt`
/// counts from 1; `random` is in [0, 1).
[[nodiscard]] std::chrono::milliseconds backoff_delay(const BackoffPolicy& policy, int attempt,
                                                      std::chrono::milliseconds floor,
                                                      double random);

}  // namespace vrni2syslog
