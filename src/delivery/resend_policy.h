#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// This many failures in a row are worth a warning, for a log that shows nothing less: they come
/// after some 15 seconds.
inline constexpr int kAttemptsToWarnOf = 5;

/// When an epoch that a collector has not confirmed is sent to it again, after `attempts` that
/// failed in a row, the last one with `failure`. nullopt if another attempt cannot help, or none is
/// due before the deadline. `random`, in [0, 1), spreads the attempts of several runs.
[[nodiscard]] std::optional<SteadyTime> time_of_resend(const Error& failure, int attempts,
                                                       SteadyTime now, SteadyTime deadline,
                                                       double random);

/// For the log: the failure, and when the next attempt comes.
[[nodiscard]] std::string retry_text(const Error& failure, int attempts,
                                     SteadyTime::duration pause);

/// Why a collector is given up after this many attempts: a failure that may pass becomes
/// Error(Unconfirmed), since the next run tries again; any other keeps its fault.
[[nodiscard]] Error give_up_error(const Error& failure, int attempts);
/// The same if the deadline leaves no time for another attempt.
[[nodiscard]] Error out_of_time_error(const Error& failure, int attempts);

}  // namespace vrni2syslog
