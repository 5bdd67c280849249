#pragma once

#include <string>

namespace vrni2syslog {

/// Whether `host` is an IPv4 or IPv6 address and no name; an IPv6 address may have a zone
/// ("fe80::1%eth0").
[[nodiscard]] bool is_ip_address(const std::string& host) noexcept;

/// The same for IPv6 alone.
[[nodiscard]] bool is_ipv6_address(const std::string& host) noexcept;

}  // namespace vrni2syslog
