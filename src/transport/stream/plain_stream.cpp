#include "transport/stream/plain_stream.h"

#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

bool must_wait(int error_number) noexcept {
  return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

}  // namespace

std::size_t unacknowledged_bytes(int socket) {
  int bytes = 0;
  if (::ioctl(socket, SIOCOUTQ, &bytes) != 0) throw_connection_broken(errno);
  return static_cast<std::size_t>(std::max(bytes, 0));
}

void throw_connection_broken(int error_number) {
  switch (error_number) {
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
      throw Error(Fault::Unconfirmed, std::string(kReset));
    case ETIMEDOUT:
      throw Error(Fault::Unconfirmed, "the collector stopped answering");
    default:
      throw Error(Fault::Unconfirmed, "the connection broke: " + errno_text(error_number));
  }
}

IoOutcome PlainStream::write(std::string_view bytes) {
  while (true) {
    const ssize_t sent =
        ::send(socket_->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return IoOutcome{IoStatus::Done, static_cast<std::size_t>(sent)};
    if (must_wait(errno)) return IoOutcome{IoStatus::WantWrite};
    if (errno != EINTR) throw_connection_broken(errno);
  }
}

IoOutcome PlainStream::read(std::span<char> buffer) {
  while (true) {
    const ssize_t received = ::recv(socket_->get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received > 0) return IoOutcome{IoStatus::Done, static_cast<std::size_t>(received)};
    if (received == 0) return IoOutcome{IoStatus::Eof};
    if (must_wait(errno)) return IoOutcome{IoStatus::WantRead};
    if (errno != EINTR) throw_connection_broken(errno);
  }
}

}  // namespace vrni2syslog
