#pragma once

#include <stop_token>

#include "base/clock.h"

namespace vrni2syslog {

/// What ends a run early. Everything that waits takes one, so that no wait outlives the run.
struct RunLimits {
  std::stop_token stop;   ///< requested by SIGTERM and SIGINT
  SteadyTime deadline = SteadyTime::max();  ///< --deadline
};

}  // namespace vrni2syslog
