#include "transport/connect.h"

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

asio::awaitable<ConnectOutcome> connect_socket(asio::io_context& loop, SocketAddress address,
                                               int socket_type, SteadyTime until) {
  FileDescriptor created(::socket(address.family(), socket_type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!created.is_open()) co_return ConnectOutcome(nullptr, errno);
  auto socket = std::make_unique<WatchedDescriptor>(loop, std::move(created));

  int error = ::connect(socket->get(), address.data(), address.size()) == 0 ? 0 : errno;
  while (error == EINPROGRESS) {
    const bool is_in_time = co_await socket->wait(Readiness::Writable, until);
    error = pending_error(socket->get());
    if (error == 0 && !is_connected(socket->get())) error = is_in_time ? EINPROGRESS : ETIMEDOUT;
  }
  if (error != 0) co_return ConnectOutcome(nullptr, error);
  co_return ConnectOutcome(std::move(socket), 0);
}

}  // namespace vrni2syslog
