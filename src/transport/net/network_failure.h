#pragma once

#include <cstdint>
#include <string>

namespace vrni2syslog {

/// Why a connection to `port` of a collector's address did not come about, and what to check.
/// `error_number` is that of connect(2).
[[nodiscard]] std::string connect_failure_text(int error_number, std::uint16_t port);

/// The same for a unix socket.
[[nodiscard]] std::string unix_failure_text(int error_number);

/// Why a name has no address, and what to check. `result` is that of getaddrinfo(3), and
/// `error_number` counts where that is EAI_SYSTEM.
[[nodiscard]] std::string lookup_failure_text(int result, int error_number);

}  // namespace vrni2syslog
