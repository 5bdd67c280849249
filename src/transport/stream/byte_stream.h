#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// How a step on a non-blocking stream ended.
enum class IoStatus {
  Done,         ///< as far as `bytes` says
  WantRead,     ///< nothing yet: repeat it when the socket is readable
  WantWrite,    ///< nothing yet: repeat it when the socket is writable
  CloseNotify,  ///< reading: the peer has ended its TLS stream; its connection may still end
  Eof,          ///< reading: the peer has ended its half of the connection, without a reset
};

struct IoOutcome {
  IoStatus status = IoStatus::Done;
  std::size_t bytes = 0;
};

/// The bytes of a connected, non-blocking socket, with or without TLS around them. Never waits.
/// Every step throws Error(Unconfirmed), and handshake() Error(Unreachable), when the
/// connection is broken; and Error(Unreachable) when the peer refuses us, which it may do behind
/// the handshake. Then only the destructor may follow. The socket must outlive the stream.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// Repeat it until it is Done, before anything else.
  virtual IoStatus handshake() = 0;
  /// Writes at least one byte of `bytes`, which is not empty. To be repeated with the same bytes at
  /// the front.
  virtual IoOutcome write(std::string_view bytes) = 0;
  virtual IoOutcome read(std::span<char> buffer) = 0;

  /// Whether there is an end to send before the connection's.
  [[nodiscard]] virtual bool has_close_notify() const noexcept = 0;
  virtual IoStatus send_close_notify() = 0;

  /// After the handshake: what is known of the peer besides its address; may be empty.
  [[nodiscard]] virtual std::string description() const = 0;
};

}  // namespace vrni2syslog
