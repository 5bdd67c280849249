#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "base/error.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// Decides whether, and when, an epoch that a collector did not confirm is sent to it again.
class ResendPolicy {
 public:
  /// So many failures in a row are worth a warning, if the log shows no more than warnings: after
  /// some 15 seconds.
  static constexpr int kAttemptsToWarnOf = 5;
  static constexpr BackoffPolicy kBackoff{std::chrono::seconds(1), std::chrono::seconds(60)};

  explicit ResendPolicy(SteadyTime deadline, const BackoffPolicy& backoff = kBackoff)
      : deadline_(deadline), backoff_(backoff) {}

  /// When the next attempt is due, after `attempts` that failed in a row, the last with `failure`;
  /// nothing where no attempt is worth while, or none is due before the deadline. `random` is in
  /// [0, 1).
  [[nodiscard]] std::optional<SteadyTime> next_attempt(const Error& failure, int attempts,
                                                       SteadyTime now, double random) const;

 private:
  SteadyTime deadline_;
  BackoffPolicy backoff_;
};

/// For the log: what failed, and when it is tried again.
[[nodiscard]] std::string retry_text(const Error& failure, int attempts,
                                     SteadyTime::duration pause);

/// Why a collector is given up after this many attempts: a failure that may pass becomes
/// Error(Unconfirmed), since the next run tries again; any other keeps its fault.
[[nodiscard]] Error give_up_error(const Error& failure, int attempts);
/// The same if the deadline leaves no time for another attempt.
[[nodiscard]] Error out_of_time_error(const Error& failure, int attempts);

}  // namespace vrni2syslog
