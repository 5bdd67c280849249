#pragma once

#include "transport/stream/byte_stream.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// A TCP or unix socket as it is.
class PlainStream final : public ByteStream {
 public:
  /// `peer` is the description().
  PlainStream(std::unique_ptr<WatchedDescriptor> socket, std::string peer) noexcept
      : socket_(std::move(socket)), peer_(std::move(peer)) {}

  [[nodiscard]] WatchedDescriptor& socket() noexcept override { return *socket_; }
  IoStatus handshake() override { return IoStatus::Done; }
  IoOutcome write(std::string_view bytes) override;
  IoOutcome read(std::span<char> buffer) override;
  [[nodiscard]] bool has_close_notify() const noexcept override { return false; }
  IoStatus send_close_notify() override { return IoStatus::Done; }
  [[nodiscard]] std::string description() const override { return peer_; }

 private:
  std::unique_ptr<WatchedDescriptor> socket_;
  std::string peer_;
};

/// Bytes in the socket's send buffer that the peer's kernel has not acknowledged, or, for a unix
/// socket, that the peer has not read. Throws Error(Unconfirmed) if the connection is broken.
[[nodiscard]] std::size_t unacknowledged_bytes(int socket);

/// The text of the error for a connection that the peer has reset.
inline constexpr std::string_view kReset = "the collector reset the connection";

/// Throws Error(Unconfirmed) for a connection that a system call has found broken, with the errno
/// value in the words of this program.
[[noreturn]] void throw_connection_broken(int error_number);

}  // namespace vrni2syslog
