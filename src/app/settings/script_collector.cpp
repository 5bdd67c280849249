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

[[nodiscard]] std::string_view scheme_of(unsigned port) {
  if (port == kSyslogPort) return "tcp";
  if (port == kIngestionPort) return "cfapi+http";
  return port == kIngestionTlsPort ? "cfapi" : "tls";
}

/// A host as it stands in a URL: IPv6 addresses in brackets.
[[nodiscard]] std::string url_host(std::string_view server) {
  const bool is_bare_ipv6 = server.find(':') != server.rfind(':') && !server.starts_with('[');
  return is_bare_ipv6 ? fmt::format("[{}]", server) : std::string(server);
}

}  // namespace

std::string script_collector(std::string_view server, std::optional<std::string_view> port) {
  if (server.find_first_of("/?#@, \t") != std::string_view::npos) {
    throw Error(Fault::Usage, fmt::format("'{}' is not a host; for a URL there is --collector",
                                          printable(server)));
  }
  const unsigned number = port ? parse_port(*port) : kSyslogTlsPort;
  return fmt::format("{}://{}:{}", scheme_of(number), url_host(server), number);
}

}  // namespace vrni2syslog
