#pragma once

#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"

#include <memory>
#include <optional>
#include <string>

namespace vrni2syslog {

/// Our side of a collector: lines go in, and a receipt comes out. An epoch is open(), any number of
/// send(), end_epoch(), wait_for_receipt(); then the next one may be opened. Used by one thread.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Begins an epoch, with a connection that can be used. Throws Error(Unreachable),
  /// Error(Refused) or Error(LoginRefused) if there is none, Error(Configuration),
  /// Error(CannotCreate), or Error(Interrupted) at the run's limits.
  virtual void open() = 0;

  /// Takes lines; waits while too many are queued. Throws Error(Unconfirmed) once the connection
  /// has failed, Error(Interrupted) at the run's limits, Error(Unreachable), Error(Refused) or
  /// Error(LoginRefused) if the peer refuses us only now (as TLS 1.3 allows) or cannot be connected
  /// to again, Error(CannotWrite) if a file or standard output cannot be written, and
  /// Error(OutputClosed) if nobody reads standard output any more.
  virtual void send(std::shared_ptr<const LineBatch> lines) = 0;

  /// Waits until the collector has stored every line that was sent in `epoch`, and says where they
  /// are, for the manifest, which is made only now: see Transport::offsets_of(). A collector that
  /// does not number what it stores answers with nullopt, and at once. Throws what send() throws.
  [[nodiscard]] virtual std::optional<std::string> offsets_of(
      const std::shared_ptr<const EpochLabel>& epoch) {
    (void)epoch;
    return std::nullopt;
  }

  /// No more lines come: what is queued is sent and committed while the caller is busy with others.
  /// wait_for_receipt() does the same if this was not called.
  virtual void end_epoch() {}

  /// Sends what is queued and commits it. The receipt tells how the epoch ended, and that a
  /// connection broke or the run's limits came. Throws what send() throws for a refusal, and for
  /// what this computer cannot do.
  [[nodiscard]] virtual Receipt wait_for_receipt() = 0;

  /// The epoch's receipt was not good enough: the next open() begins with the address after the one
  /// that was used, if there are several.
  virtual void fail_over() {}

  /// For messages: "tls://vrli.example.com:6514".
  [[nodiscard]] virtual std::string display_name() const = 0;
};

}  // namespace vrni2syslog
