#pragma once

#include "app/options/environment.h"
#include "app/run/check_report.h"
#include "app/settings/settings.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"

namespace vrni2syslog {

/// Does what a run does, step by step, without sending a flow: opens the state, looks names up,
/// logs in to the platform, searches one row, opens and closes every collector, those to fail over
/// to included. A step that needs one that failed is skipped; all others are tried.
void run_check(const Settings& settings, const TimeWindow& window, const Environment& environment,
               Clock& clock, const RunLimits& limits, Log& log, CheckReport& report);

}  // namespace vrni2syslog
