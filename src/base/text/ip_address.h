#pragma once

#include <string>

namespace vrni2syslog {

/// Whether `host` is an IPv4 or IPv6 address, and not a name. An IPv6 address may have a zone
/// ("fe80::1%eth0").
[[nodiscard]] bool is_ip_address(const std::string& host) noexcept;

/// Whether `host` is an IPv6 address, which may have a zone.
[[nodiscard]] bool is_ipv6_address(const std::string& host) noexcept;

}  // namespace vrni2syslog
