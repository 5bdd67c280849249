#pragma once

#include "app/run/exit_status.h"
#include "base/log.h"

#include <exception>
#include <string>

namespace vrni2syslog {

/// What ended a run.
struct Failure {
  ExitStatus status = ExitStatus::Software;
  std::string message;
};

/// The one place that turns an exception into a message and an exit status (the values of
/// sysexits.h). `signal` is the one that stopped the run, or 0: whatever it broke, the run was then
/// not confirmed.
[[nodiscard]] Failure describe_exception(const std::exception_ptr& exception, int signal) noexcept;

/// The same, and tells it to the log.
[[nodiscard]] ExitStatus report_failure(const std::exception_ptr& exception, int signal,
                                        Log& log) noexcept;

}  // namespace vrni2syslog
