#pragma once

#include "base/error.h"
#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"

#include <asio/awaitable.hpp>

#include <string>

namespace vrni2syslog {

/// Lines over one connected stream: the protocol that is spoken on it. Belongs to the loop's
/// thread.
class LineConnection {
 public:
  LineConnection() = default;
  LineConnection(const LineConnection&) = delete;
  LineConnection& operator=(const LineConnection&) = delete;
  virtual ~LineConnection() = default;

  /// Begins, behind the TLS handshake if there is one. Throws Error where the peer does not agree,
  /// or not within the time to connect.
  virtual asio::awaitable<void> open() = 0;
  /// These three as Transport has them.
  virtual asio::awaitable<void> send(const LineBatch& lines) = 0;
  virtual asio::awaitable<Error> watch() = 0;
  virtual asio::awaitable<Receipt> close() = 0;

  /// After open(): what is known of the peer besides its address; may be empty.
  [[nodiscard]] virtual std::string description() const = 0;
};

}  // namespace vrni2syslog
