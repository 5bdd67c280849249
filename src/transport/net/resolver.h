#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "transport/net/socket_address.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace vrni2syslog {

class TransportLoop;

/// All addresses of a host, IPv6 and IPv4, in the system's order of preference (RFC 6724). Gives up
/// at `until`, and when cancelled, even if the system's resolver hangs. Throws Error(Unreachable)
/// with the reason.
asio::awaitable<std::vector<SocketAddress>> resolve(asio::io_context& loop, std::string host,
                                                    std::uint16_t port, int socket_type,
                                                    SteadyTime until);

/// The addresses of a host as text, in the order in which a connection tries them. Waits for at
/// most `timeout`, and no longer than the run's limits. Throws Error(Unreachable) with the
/// resolver's reason, Error(Interrupted) at the run's limits.
[[nodiscard]] std::vector<std::string> look_up_addresses(TransportLoop& loop,
                                                         const std::string& host,
                                                         std::chrono::milliseconds timeout,
                                                         const RunLimits& limits);

}  // namespace vrni2syslog
