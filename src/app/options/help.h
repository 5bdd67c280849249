#pragma once

#include <string>

namespace vrni2syslog {

/// The text of --help: at most 80 columns, options in groups.
[[nodiscard]] std::string help_text();

/// The text of --version: this program's version and what it was built with.
[[nodiscard]] std::string version_text();

}  // namespace vrni2syslog
