#pragma once

#include <cstdint>
#include <string>

namespace vrni2syslog {

/// Why a connection to `port` of a collector's address failed, and what to check. `error_number` is
/// the errno value of connect(2).
[[nodiscard]] std::string connect_failure_text(int error_number, std::uint16_t port);

/// The same for a unix socket.
[[nodiscard]] std::string unix_failure_text(int error_number);

/// Why no address was found for a name, and what to check. `result` is the result of
/// getaddrinfo(3); if that is EAI_SYSTEM, `error_number` is its errno value.
[[nodiscard]] std::string lookup_failure_text(int result, int error_number);

}  // namespace vrni2syslog
