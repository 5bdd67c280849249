#pragma once

#include "app/options/option_values.h"
#include "app/run/exit_status.h"
#include "app/settings/settings.h"
#include "base/clock.h"

#include <stop_token>
#include <string>
#include <utility>

namespace vrni2syslog {

/// Whether a mode shows or changes states of jobs, and runs nothing.
[[nodiscard]] bool is_state_command(RunMode mode) noexcept;

/// Whether the command line asks for a plugin of a monitor, --status --format nagios. Whatever goes
/// wrong then, the monitor is told in one line on standard output, see nagios_unknown().
[[nodiscard]] bool is_monitoring_plugin(const OptionValues& values);

/// Does what --status, --forget, --set-watermark or --give-up ask for. Returns the text to print,
/// and the exit status, which is Ok unless --status --format nagios says something else. The job is
/// that of --job, or of the other options; the last ones lock it. Throws Error(Usage) if there is
/// no such job, and what DeliveryJob throws.
[[nodiscard]] std::pair<std::string, ExitStatus> run_state_command(RunMode mode,
                                                                   const OptionValues& values,
                                                                   const SystemFacts& facts,
                                                                   Clock& clock,
                                                                   const std::stop_token& stop);

}  // namespace vrni2syslog
