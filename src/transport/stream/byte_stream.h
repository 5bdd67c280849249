#pragma once

#include "transport/net/watched_descriptor.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// How a step on a non-blocking stream ended.
enum class IoStatus {
  Done,         ///< it was done, with as many bytes as `bytes` says
  WantRead,     ///< nothing was done: try again when the socket is readable
  WantWrite,    ///< nothing was done: try again when the socket is writable
  CloseNotify,  ///< reading: the peer has ended its TLS stream; its connection may still end
  Eof,          ///< reading: the peer has ended its half of the connection, without a reset
};

struct IoOutcome {
  IoStatus status = IoStatus::Done;
  std::size_t bytes = 0;
};

/// The bytes of a connected, non-blocking socket, with or without TLS around them. Never waits.
/// Every step throws Error(Unconfirmed) when the connection is broken, except that handshake()
/// throws Error(Unreachable); and Error(Refused) when the peer refuses us, which it may do after
/// the handshake. Then only the destructor may follow.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// The socket below, to wait for. The stream owns it.
  [[nodiscard]] virtual WatchedDescriptor& socket() noexcept = 0;

  /// To be repeated until it is Done, before anything else.
  virtual IoStatus handshake() = 0;
  /// Writes at least one byte of `bytes`, which is not empty. To be repeated with the same bytes at
  /// the front.
  virtual IoOutcome write(std::string_view bytes) = 0;
  virtual IoOutcome read(std::span<char> buffer) = 0;

  /// Whether the stream has an end of its own (a TLS close_notify), sent before the connection's.
  [[nodiscard]] virtual bool has_close_notify() const noexcept = 0;
  virtual IoStatus send_close_notify() = 0;

  /// After the handshake, who the peer is: "192.0.2.7:6514", and what TLS knows of it.
  [[nodiscard]] virtual std::string description() const = 0;
};

}  // namespace vrni2syslog
