#pragma once

#include "base/clock.h"
#include "base/file.h"
#include "transport/net/socket_address.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// A socket that is connected or about to be.
struct StartedConnect {
  FileDescriptor socket;
  int error_number = 0;  ///< EINPROGRESS where it takes time; any other but 0: it has failed
};

/// Begins to connect a non-blocking socket of `socket_type` (SOCK_STREAM or SOCK_DGRAM).
[[nodiscard]] StartedConnect start_connect(const SocketAddress& address, int socket_type);
/// How that stands: 0 when connected, EINPROGRESS, or why it failed, which is told only once.
[[nodiscard]] int connect_state(int socket);

/// A connected socket, or why there is none.
struct ConnectOutcome {
  ConnectOutcome(std::unique_ptr<WatchedDescriptor> connected, int error)
      : socket(std::move(connected)), error_number(error) {}

  std::unique_ptr<WatchedDescriptor> socket;  ///< null on failure
  int error_number;                           ///< ETIMEDOUT at `until`
};

/// Connects a socket of `socket_type` to the address.
asio::awaitable<ConnectOutcome> connect_socket(asio::io_context& loop, SocketAddress address,
                                               int socket_type, SteadyTime until);

}  // namespace vrni2syslog
