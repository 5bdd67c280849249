#include "app/settings/script_collector.h"

#include "base/error.h"
#include "base/text/number.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

constexpr unsigned kSyslogPort = 514;
constexpr unsigned kSyslogTlsPort = 6514;
constexpr unsigned kIngestionPort = 9000;
constexpr unsigned kIngestionTlsPort = 9543;

[[nodiscard]] unsigned parse_port(std::string_view text) {
  const std::optional<unsigned> port = parse_whole<unsigned>(text);
  if (!port || *port == 0 || *port > 65'535) {
    throw Error(Fault::Usage,
                fmt::format("'{}' is not a port; write a number from 1 to 65535", printable(text)));
  }
  return *port;
}

/// A host as it stands in a URL: IPv6 addresses in brackets.
[[nodiscard]] std::string url_host(std::string_view server) {
  const bool is_bare_ipv6 = server.find(':') != server.rfind(':') && !server.starts_with('[');
  return is_bare_ipv6 ? fmt::format("[{}]", server) : std::string(server);
}

}  // namespace

ScriptCollector script_collector(std::string_view server, std::optional<std::string_view> port) {
  if (server.find_first_of("/?#@, \t") != std::string_view::npos) {
    throw Error(Fault::Usage, fmt::format("'{}' is not a host; for a URL there is --collector",
                                          printable(server)));
  }
  const std::string host = url_host(server);
  const unsigned number = port ? parse_port(*port) : kSyslogTlsPort;
  if (number == kSyslogPort) return {fmt::format("tcp://{}:{}", host, number), {}};
  if (number == kIngestionPort || number == kIngestionTlsPort) {
    return {fmt::format("tls://{}:{}", host, kSyslogTlsPort),
            fmt::format("port {} is that of Log Insight's ingestion API; the lines go to its "
                        "syslog port instead, tls://{}:{} (--collector names any other)",
                        number, host, kSyslogTlsPort)};
  }
  return {fmt::format("tls://{}:{}", host, number), {}};
}

}  // namespace vrni2syslog
