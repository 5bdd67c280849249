#pragma once

#include "app/options/environment.h"
#include "app/run/check_report.h"
#include "app/settings/settings.h"
#include "base/run_context.h"
#include "flow/time_window.h"

namespace vrni2syslog {

/// Does what a run over `window` does, step by step, without sending a flow: opens the state, looks
/// names up, logs in to the platform, searches for one row, opens and closes every collector,
/// including those to fail over to, and sends each a test line if the settings say so. A step that
/// depends on a failed one is skipped; all others are tried.
void run_check(const Settings& settings, const TimeWindow& window, const Environment& environment,
               const RunContext& context, CheckReport& report);

}  // namespace vrni2syslog
