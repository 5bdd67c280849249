#pragma once

#include "base/error.h"
#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"

#include <asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace vrni2syslog {

/// A way of getting lines to a collector, ready to send: what a scheme's connect() returns. Lines
/// go out in epochs; commit() ends each. Lives on the transport loop's thread, and its coroutines
/// run one at a time. After one of them has thrown or was cancelled (except watch()), only the
/// destructor may follow. The destructor gives up at once whatever is under way.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Sends every line of the batch, which outlives the call. Throws Error(Unconfirmed) if the peer
  /// is gone or takes nothing for too long, Error(Refused) or Error(LoginRefused) if it refuses us
  /// only now, Error(CannotWrite) if this computer cannot write, Error(OutputClosed) if nobody
  /// reads standard output any more.
  virtual asio::awaitable<void> send(const LineBatch& lines) = 0;
  /// Waits until every line that was sent in `epoch` is stored, and says where they are, so that
  /// the manifest can vouch for it; the manifest is sent only afterwards. The text is made by the
  /// transport, which stores it beside the manifest too (packaging/doc/kafka.md, "offsets"); it is
  /// empty for an epoch without lines. Nullopt for a transport whose collector does not number what
  /// it stores, which is what this default answers. Throws what send() throws.
  virtual asio::awaitable<std::optional<std::string>> offsets_of(
      std::shared_ptr<const EpochLabel> epoch);
  /// Serves the peer while there is nothing to send; may be cancelled. Returns once the connection
  /// has ended, with the error that send() would throw. Never returns for a transport without a
  /// peer, which is what this default does.
  virtual asio::awaitable<Error> watch();
  /// Ends the epoch: sends what is buffered and says what the peer has confirmed of the lines since
  /// the last commit. If the connection broke, the receipt is Failed. Throws Error(Refused),
  /// Error(LoginRefused) and Error(CannotWrite) as send() does.
  virtual asio::awaitable<Receipt> commit() = 0;
  /// After commit(): whether the next epoch may use this transport too. One whose proof is the end
  /// of its connection cannot be used again.
  [[nodiscard]] virtual bool is_reusable() const noexcept { return false; }
  /// Whether commit() may come before the end of an epoch, as before a pause that is too long.
  [[nodiscard]] virtual bool commits_parts() const noexcept { return true; }
  /// Closes a reusable transport between two epochs, as its protocol requires. No receipt depends
  /// on it. Throws Error if the peer does not answer in time.
  virtual asio::awaitable<void> close();

  /// The peer for the user: "192.0.2.7:6514, TLSv1.3, certificate CN=...".
  [[nodiscard]] virtual std::string peer_description() const = 0;
};

}  // namespace vrni2syslog
