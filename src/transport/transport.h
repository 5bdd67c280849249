#pragma once

#include <asio/awaitable.hpp>

#include <string>

#include "transport/line_batch.h"
#include "transport/receipt.h"

namespace vrni2syslog {

/// One way of getting lines to a collector: what a scheme of the table makes. Lives on the transport loop's thread; its coroutines
/// run one at a time and are cancelled when a time-out or the run's limits say so, after which only the destructor may follow.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Connects. Throws Error(Unavailable) with the remedy.
  virtual asio::awaitable<void> open() = 0;
  /// Sends every line of the batch, which outlives the call. Throws Error(TemporaryFailure) when the peer is gone.
  virtual asio::awaitable<void> send(const LineBatch& lines) = 0;
  /// Sends what is buffered, closes in order, and says what the peer has confirmed.
  virtual asio::awaitable<Receipt> close() = 0;

  /// Valid after open().
  [[nodiscard]] virtual std::string peer_description() const = 0;
};

}  // namespace vrni2syslog
