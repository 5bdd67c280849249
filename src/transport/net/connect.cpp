#include "transport/net/connect.h"

#include <cerrno>
#include <utility>

namespace vrni2syslog {
namespace {

int pending_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// Whether a connect in progress has come to an end; getpeername(2) tells, since a wait may end
/// early.
bool is_connected(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

}  // namespace

StartedConnect start_connect(const SocketAddress& address, int socket_type) {
  StartedConnect started;
  started.socket =
      FileDescriptor(::socket(address.family(), socket_type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool is_connected = started.socket.is_open() &&
                            ::connect(started.socket.get(), address.data(), address.size()) == 0;
  if (!is_connected) started.error_number = errno;
  return started;
}

int connect_state(int socket) {
  const int error = pending_error(socket);
  if (error != 0) return error;
  return is_connected(socket) ? 0 : EINPROGRESS;
}

asio::awaitable<ConnectOutcome> connect_socket(asio::io_context& loop, SocketAddress address,
                                               int socket_type, SteadyTime until) {
  StartedConnect started = start_connect(address, socket_type);
  int error = started.error_number;
  if (error != 0 && error != EINPROGRESS) co_return ConnectOutcome(nullptr, error);
  auto socket = std::make_unique<WatchedDescriptor>(loop, std::move(started.socket));
  while (error == EINPROGRESS) {
    const bool is_in_time = co_await socket->wait(Readiness::Writable, until);
    error = connect_state(socket->get());
    if (error == EINPROGRESS && !is_in_time) error = ETIMEDOUT;
  }
  if (error != 0) co_return ConnectOutcome(nullptr, error);
  co_return ConnectOutcome(std::move(socket), 0);
}

}  // namespace vrni2syslog
