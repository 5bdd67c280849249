#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The URL for --collector of what --vrli_server and --vrli_port of flows_to_vrli.py mean. The
/// script posts to Log Insight's ingestion API (port 9000, 9543); syslog goes to the ports beside
/// it: 514 for TCP, 6514 for TLS. Throws Error(Usage).
[[nodiscard]] std::string script_collector(std::string_view server,
                                           std::optional<std::string_view> port);

/// The warning that the lines go to another port than the given one; empty if they do not.
[[nodiscard]] std::string script_port_warning(std::string_view server, std::string_view port);

}  // namespace vrni2syslog
