#pragma once

#include "base/clock.h"

#include <stop_token>

namespace vrni2syslog {

/// What ends a run early. Everything that waits takes one, so that no wait outlives the run.
struct RunLimits {
  std::stop_token stop;                     ///< requested by SIGTERM and SIGINT
  SteadyTime deadline = SteadyTime::max();  ///< --deadline
  /// Somebody waits for the outcome (--check): what may pass is tried some times, not until the
  /// deadline.
  bool is_brief = false;
};

}  // namespace vrni2syslog
