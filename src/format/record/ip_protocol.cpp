#include "format/record/ip_protocol.h"

#include "base/text/ascii.h"

#include <algorithm>
#include <array>

namespace vrni2syslog {
namespace {

constexpr std::array kProtocols{
    IpProtocol{"tcp", "6"},    IpProtocol{"udp", "17"},       IpProtocol{"icmp", "1"},
    IpProtocol{"igmp", "2"},   IpProtocol{"gre", "47"},       IpProtocol{"esp", "50"},
    IpProtocol{"ah", "51"},    IpProtocol{"ipv6-icmp", "58"}, IpProtocol{"ospfigp", "89"},
    IpProtocol{"vrrp", "112"}, IpProtocol{"sctp", "132"},     IpProtocol{"udplite", "136"},
};

}  // namespace

std::optional<IpProtocol> ip_protocol(std::string_view word) noexcept {
  for (const IpProtocol& protocol : kProtocols) {
    if (std::ranges::equal(word, protocol.keyword, {}, to_lower)) return protocol;
  }
  return std::nullopt;
}

}  // namespace vrni2syslog
