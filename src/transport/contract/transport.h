#pragma once

#include "base/error.h"
#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"

#include <asio/awaitable.hpp>

#include <string>

namespace vrni2syslog {

/// One way of getting lines to a collector: what a scheme of the table makes. Lives on the
/// transport loop's thread; its coroutines run one at a time. Where one of them throws or is
/// cancelled (watch() excepted), only the destructor may follow.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Connects. Throws Error(Unreachable) with the remedy, Error(CannotCreate) for a file.
  virtual asio::awaitable<void> open() = 0;
  /// Sends every line of the batch, which outlives the call. Throws Error(Unconfirmed) when
  /// the peer is gone, Error(Unreachable) when it refuses us only now, Error(CannotWrite) where
  /// this computer cannot write.
  virtual asio::awaitable<void> send(const LineBatch& lines) = 0;
  /// Runs while there is nothing to send, and may be cancelled: serves the peer's side. Returns
  /// when the connection has ended, with what send() would throw; never for a transport that has no
  /// peer.
  virtual asio::awaitable<Error> watch();
  /// Closes in order, and says what the peer has confirmed. Throws Error(Unreachable) as send().
  virtual asio::awaitable<Receipt> close() = 0;

  /// Valid after open().
  [[nodiscard]] virtual std::string peer_description() const = 0;
};

}  // namespace vrni2syslog
