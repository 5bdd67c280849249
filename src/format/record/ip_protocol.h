#pragma once

#include <optional>
#include <string_view>

namespace vrni2syslog {

/// A protocol above IP (IANA, Assigned Internet Protocol Numbers).
struct IpProtocol {
  std::string_view keyword;  ///< of IANA, in lower case: "tcp"
  std::string_view number;   ///< "6"
};

/// The protocol that the platform's word means: "TCP". Upper and lower case are the same. nullopt
/// for words that mean no single protocol, such as OTHER, and for those that are not known here.
[[nodiscard]] std::optional<IpProtocol> ip_protocol(std::string_view word) noexcept;

}  // namespace vrni2syslog
