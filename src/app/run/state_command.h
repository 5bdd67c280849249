#pragma once

#include "app/options/option_values.h"
#include "app/settings/settings.h"
#include "base/clock.h"

#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Whether a mode shows or changes states of jobs, and runs nothing.
[[nodiscard]] bool is_state_command(RunMode mode) noexcept;

/// Does what --status, --forget, --set-watermark or --give-up ask for, and returns the text to
/// print. The job is that of --job, or of the other options; the last ones lock it. Throws
/// Error(Usage) if there is no such job, and what DeliveryJob throws.
[[nodiscard]] std::string run_state_command(RunMode mode, const OptionValues& values,
                                            const SystemFacts& facts, Clock& clock,
                                            const std::stop_token& stop);

}  // namespace vrni2syslog
