#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The URL for --collector of what --vrli_server and --vrli_port of flows_to_vrli.py mean. The
/// script posts to Log Insight's ingestion API, at port 9000 or 9543. Without a port, lines go to
/// Log Insight's syslog port for TLS, 6514. Port 514 means TCP, any other one TLS. Throws
/// Error(Usage).
[[nodiscard]] std::string script_collector(std::string_view server,
                                           std::optional<std::string_view> port);

}  // namespace vrni2syslog
