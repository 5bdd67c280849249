#pragma once

#include "app/options/option_values.h"

#include <string>
#include <vector>

namespace vrni2syslog {

/// Reads the arguments after the program's name, by the rules of option_table(): `--name value`,
/// `--name=value`, short names, `_` for `-` in names, no abbreviations. `--flag=no` takes back what
/// the configuration says. Throws Error(Usage) for an unknown option, with the one that may have
/// been meant, for a missing value, and for an argument that is no option.
[[nodiscard]] std::vector<GivenOption> parse_command_line(
    const std::vector<std::string>& arguments);

/// For --version: "Boost 1.74.0".
[[nodiscard]] std::string option_library_version();

}  // namespace vrni2syslog
