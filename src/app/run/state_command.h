#pragma once

#include "app/options/environment.h"
#include "app/options/option_values.h"
#include "app/settings/settings.h"
#include "base/clock.h"

#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Does what --status, --forget and --set-watermark ask for, and returns what there is to tell of
/// it. The job is that of --job, or of the other options. The last two lock it. Throws Error(Usage)
/// where there is no such job, and what DeliveryJob throws.
[[nodiscard]] std::string run_state_command(RunMode mode, const OptionValues& values,
                                            const Environment& environment, Clock& clock,
                                            const std::stop_token& stop);

}  // namespace vrni2syslog
