#pragma once

#include "app/options/environment.h"
#include "app/options/option_values.h"
#include "app/run/exit_status.h"
#include "base/log.h"

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The end of a run that failed.
struct Failure {
  ExitStatus status = ExitStatus::Software;
  std::string message;
};

/// The one place that turns an exception into a message and an exit status. `signal` is the one
/// that stopped the run, or 0. A run that was stopped counts as not confirmed, whatever else failed
/// then.
[[nodiscard]] Failure describe_exception(const std::exception_ptr& exception, int signal) noexcept;

/// The same; also writes the message to the log, with the exit code and the job, whose name may be
/// empty: the mail of cron tells neither.
[[nodiscard]] ExitStatus report_failure(const std::exception_ptr& exception, int signal, Log& log,
                                        std::string_view job = {}) noexcept;

/// Reports the end of a program with these options: to a monitor if the program is its plugin, see
/// is_monitoring_plugin(), otherwise as report_failure() does.
[[nodiscard]] ExitStatus report_end(const OptionValues& values, const std::exception_ptr& failure,
                                    int signal, Log& log, std::string_view job) noexcept;

/// Reports on standard error, or to the monitor, what went wrong before all options were known, as
/// those ask for that can be read in the program's arguments and in the environment.
[[nodiscard]] ExitStatus report_early_end(const std::exception_ptr& failure,
                                          const std::vector<std::string>& arguments,
                                          const Environment& environment) noexcept;

}  // namespace vrni2syslog
