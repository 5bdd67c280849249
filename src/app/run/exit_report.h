#pragma once

#include "app/run/exit_status.h"
#include "base/log.h"

#include <exception>
#include <string>

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

/// The same; also writes the message to the log.
[[nodiscard]] ExitStatus report_failure(const std::exception_ptr& exception, int signal,
                                        Log& log) noexcept;

}  // namespace vrni2syslog
