#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The meaning of --vrli_server and --vrli_port of flows_to_vrli.py.
struct ScriptCollector {
  std::string url;      ///< for --collector
  std::string warning;  ///< for the user; empty if all is well
};

/// The script posts to Log Insight's ingestion API (port 9000, 9543); syslog goes to the ports
/// beside it: 514 for TCP, 6514 for TLS. Throws Error(Usage).
[[nodiscard]] ScriptCollector script_collector(std::string_view server,
                                               std::optional<std::string_view> port);

}  // namespace vrni2syslog
