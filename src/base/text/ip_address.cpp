#include "base/text/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace vrni2syslog {

bool is_ip_address(const std::string& host) noexcept {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || is_ipv6_address(host);
}

bool is_ipv6_address(const std::string& host) noexcept {
  // One character more than the longest address, so that a longer text is not taken for one.
  char text[INET6_ADDRSTRLEN + 1]{};
  const std::size_t length = host.find('%');
  host.copy(text, sizeof text - 1, 0);
  if (length < sizeof text) text[length] = '\0';
  in6_addr address{};
  return ::inet_pton(AF_INET6, text, &address) == 1;
}

}  // namespace vrni2syslog
