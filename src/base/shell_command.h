#pragma once

#include "base/clock.h"
#include "base/fault.h"
#include "base/run_limits.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace vrni2syslog {

/// A command for /bin/sh, and what it may use.
struct ShellCommand {
  std::string text;
  std::chrono::seconds time_limit{60};
  std::size_t max_output_bytes = 64 * 1024;
  Fault failure = Fault::Unreachable;  ///< of the error that tells of a failed command
};

/// Runs a command and returns what it wrote to standard output. Its standard input is empty and its
/// standard error is that of this process. Throws Error(`failure`) where it cannot be started,
/// fails or exceeds its limits, and Error(Unconfirmed) where the run ends before; none of them
/// repeats the command or its output, both of which may hold secrets. A command that is given up is
/// killed with all that it has started.
[[nodiscard]] std::string output_of(const ShellCommand& command, const Clock& clock,
                                    const RunLimits& limits);

}  // namespace vrni2syslog
