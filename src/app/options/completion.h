#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// The text of --completion: the script with which bash, zsh or fish completes this program's
/// options and their values. The options of flows_to_vrli.py are not in it. Throws Error(Usage) if
/// `shell` is another one.
[[nodiscard]] std::string completion_script(std::string_view shell);

}  // namespace vrni2syslog
