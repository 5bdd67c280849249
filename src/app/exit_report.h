#pragma once

#include "base/exit_status.h"
#include "base/log.h"

#include <exception>

namespace vrni2syslog {

/// The one place that turns what ended a run into a message and an exit status (design of
/// sysexits.h, base/exit_status.h). `signal` is the one that stopped the run, or 0: whatever it
/// broke, the run was then not confirmed.
[[nodiscard]] ExitStatus report_failure(const std::exception_ptr& failure, int signal,
                                        Log& log) noexcept;

}  // namespace vrni2syslog
