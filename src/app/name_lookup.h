#pragma once

#include <string>
#include <vector>

namespace vrni2syslog {

/// The addresses of a host, in the order in which they are tried. Waits for the system's resolver,
/// which has its own time limit. Throws Error(Unavailable) with the resolver's reason.
[[nodiscard]] std::vector<std::string> look_up(const std::string& host);

}  // namespace vrni2syslog
