#pragma once

#include "base/clock.h"
#include "transport/net/socket_address.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace vrni2syslog {

/// All addresses of a host, IPv6 and IPv4 in the system's order of preference (RFC 6724). Gives up
/// at `until`, and when cancelled, even if the system's resolver hangs. Throws Error(Unreachable).
asio::awaitable<std::vector<SocketAddress>> resolve(asio::io_context& loop, std::string host,
                                                    std::uint16_t port, int socket_type,
                                                    SteadyTime until);

}  // namespace vrni2syslog
