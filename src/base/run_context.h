#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"

namespace vrni2syslog {

/// What every part of a run needs. Clock and log must outlive whatever was given the context.
struct RunContext {
  Clock& clock;
  RunLimits limits;
  Log& log;
};

}  // namespace vrni2syslog
