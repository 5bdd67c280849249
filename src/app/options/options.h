#pragma once

#include "app/options/option_values.h"

#include <string>
#include <vector>

namespace vrni2syslog {

/// Reads the arguments after the program's name, by the rules of option_table(): `--name value`,
/// `--name=value`, short names, `_` for `-` in names, no abbreviations. `--flag=no` overrides a
/// flag of the configuration. Throws Error(Usage) for an unknown option (and suggests a similar
/// one), for a missing value, and for an argument that is not an option.
[[nodiscard]] std::vector<GivenOption> parse_command_line(
    const std::vector<std::string>& arguments);

/// The options of a command line that parse_command_line() may refuse: those that stand on it in
/// good order. They say how to report what is wrong with the others.
[[nodiscard]] std::vector<GivenOption> readable_options(const std::vector<std::string>& arguments);

/// Overwrites the values of secret options in the arguments of main(), which the process list
/// shows. Copy the arguments before. Nothing helps against a process that looked earlier.
void hide_secrets(int argc, char** argv) noexcept;

/// For --version: "Boost 1.74.0".
[[nodiscard]] std::string option_library_version();

}  // namespace vrni2syslog
