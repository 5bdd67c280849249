#pragma once

#include "app/options/option_values.h"
#include "base/file_trust.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace vrni2syslog {

inline constexpr std::string_view kDefaultConfigFile = "/etc/vrni2syslog/vrni2syslog.conf";

/// Reads `name = value` lines. Names are those of the command line without "--"; everything after
/// "=" is the value, without the blanks around it and without quoting. Skips empty lines and lines
/// that begin with "#" or ";". `path` is for messages. Throws Error(Configuration) with path and
/// line.
[[nodiscard]] std::vector<GivenOption> parse_config_text(std::string_view text,
                                                         std::string_view path);

/// Reads the file that --config names in `values`, which must exist, otherwise the default file if
/// it exists; without either there are no options. Throws Error(Configuration).
[[nodiscard]] std::vector<GivenOption> read_config_file(const OptionValues& values);

/// Throws Error(Configuration) if other users can change the file, see require_own(), unless
/// --insecure-permissions is given.
void require_own_file(const std::filesystem::path& path, const OptionValues& values);

/// What the user says of files that others can change.
[[nodiscard]] FileTrust file_trust_of(const OptionValues& values);

}  // namespace vrni2syslog
