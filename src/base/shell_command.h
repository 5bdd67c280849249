#pragma once

#include "base/clock.h"
#include "base/fault.h"
#include "base/run_limits.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace vrni2syslog {

/// A command for /bin/sh, and its limits.
struct ShellCommand {
  std::string text;
  std::chrono::seconds time_limit{60};
  std::size_t max_output_bytes = 64 * 1024;
  Fault failure = Fault::Unreachable;  ///< of the error for a command that fails
};

/// Runs a command and returns its standard output. Its standard input is empty, and its standard
/// error is that of this process. Throws Error(`failure`) if the command cannot be started, fails
/// or exceeds its limits, and Error(Interrupted) if the run ends first. The messages repeat neither
/// the command nor its output, since both may hold secrets. A command that exceeds its limits is
/// killed together with every process that it has started.
[[nodiscard]] std::string output_of(const ShellCommand& command, const Clock& clock,
                                    const RunLimits& limits);

}  // namespace vrni2syslog
