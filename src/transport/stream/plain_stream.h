#pragma once

#include "transport/stream/byte_stream.h"

#include <cstddef>
#include <string>

namespace vrni2syslog {

/// A TCP or unix socket as it is.
class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(int socket) noexcept : socket_(socket) {}

  IoStatus handshake() override { return IoStatus::Done; }
  IoOutcome write(std::string_view bytes) override;
  IoOutcome read(std::span<char> buffer) override;
  [[nodiscard]] bool has_close_notify() const noexcept override { return false; }
  IoStatus send_close_notify() override { return IoStatus::Done; }
  [[nodiscard]] std::string description() const override { return {}; }

 private:
  int socket_;
};

/// Bytes in the socket's send buffer that the peer's kernel has not acknowledged, or, of a unix
/// socket, that the peer has not read. Throws Error of a broken connection.
[[nodiscard]] std::size_t unacknowledged_bytes(int socket);

/// The error of a connection that a system call has found broken: `error_number` in the words of
/// this program.
[[noreturn]] void throw_connection_broken(int error_number);

}  // namespace vrni2syslog
