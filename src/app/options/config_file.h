#pragma once

#include "app/options/option_values.h"

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

inline constexpr std::string_view kDefaultConfigFile = "/etc/vrni2syslog/vrni2syslog.conf";

/// Reads `name = value` lines: names as on the command line without "--", everything after "=" is
/// the value, without blanks around it and without quoting. Empty lines and lines that begin with
/// "#" or ";" are left out. `path` is for messages. Throws Error(Configuration) with path and line.
[[nodiscard]] std::vector<GivenOption> parse_config_text(std::string_view text,
                                                         std::string_view path);

/// The file that --config names in `values`, which must exist; else the default file if there is
/// one, else no options. Throws Error(Configuration).
[[nodiscard]] std::vector<GivenOption> read_config_file(const OptionValues& values);

}  // namespace vrni2syslog
