#pragma once

#include "base/clock.h"

#include <stop_token>
#include <string_view>

namespace vrni2syslog {

/// What ends a run early. Everything that waits observes these limits, so that no wait outlives the
/// run.
struct RunLimits {
  std::stop_token stop;                     ///< requested by SIGTERM and SIGINT
  SteadyTime deadline = SteadyTime::max();  ///< --deadline
  /// Somebody waits for the result (--check): after a fault that may pass, only a few attempts are
  /// made, not as many as fit before the deadline.
  bool gives_up_early = false;
};

/// Whether the run is stopped or its deadline has passed.
[[nodiscard]] bool has_run_ended(const RunLimits& limits, SteadyTime now) noexcept;

/// Throws Error(Interrupted) if the run is stopped or its deadline has passed. `doing` is for the
/// message: "waiting for the platform".
void throw_if_ended(const RunLimits& limits, SteadyTime now, std::string_view doing);

}  // namespace vrni2syslog
