#pragma once

#include "base/clock.h"
#include "transport/socket_address.h"
#include "transport/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// A connected socket, or why there is none.
struct ConnectOutcome {
  ConnectOutcome(std::unique_ptr<WatchedDescriptor> connected, int error)
      : socket(std::move(connected)), error_number(error) {}

  std::unique_ptr<WatchedDescriptor> socket;  ///< null on failure
  int error_number;                           ///< ETIMEDOUT at `until`
};

/// Connects a socket of `socket_type` (SOCK_STREAM or SOCK_DGRAM) to the address.
asio::awaitable<ConnectOutcome> connect_socket(asio::io_context& loop, SocketAddress address,
                                               int socket_type, SteadyTime until);

}  // namespace vrni2syslog
