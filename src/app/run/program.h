#pragma once

#include "app/options/environment.h"
#include "app/run/exit_status.h"

#include <string>
#include <vector>

namespace vrni2syslog {

/// The program, from its arguments (without its name) to its exit status. Never throws: it
/// reports on standard error what goes wrong.
[[nodiscard]] ExitStatus run_program(const std::vector<std::string>& arguments,
                                     const Environment& environment) noexcept;

}  // namespace vrni2syslog
