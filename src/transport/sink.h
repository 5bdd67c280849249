#pragma once

#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"

#include <memory>
#include <string>

namespace vrni2syslog {

/// Where lines go, as whoever produces them sees it: lines go in, a receipt comes out. An epoch is
/// open(), any number of send(), end_epoch(), wait_for_receipt(); then it may be opened again. Used
/// by one thread.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Throws Error(Unreachable) where it cannot be reached, Error(Configuration),
  /// Error(CannotCreate) or Error(Unconfirmed) at the run's limits.
  virtual void open() = 0;

  /// Takes lines; waits while too many are queued. Throws Error(Unconfirmed) once the
  /// connection has failed or at the run's limits, Error(Unreachable) where the peer refuses us
  /// only now, as TLS 1.3 allows, Error(CannotWrite) where a file or standard output cannot be
  /// written, Error(OutputClosed) where nobody reads standard output any more.
  virtual void send(std::shared_ptr<const LineBatch> lines) = 0;

  /// No more lines come: what is queued is sent and the connection closed while the caller is busy
  /// with others. wait_for_receipt() waits for that, and does it where this was not called.
  virtual void end_epoch() {}

  /// Sends what is queued and closes in order. How the connection ended, and the run's limits, are
  /// told by the receipt; a refusal, and what this computer cannot do, is thrown as by send().
  [[nodiscard]] virtual Receipt wait_for_receipt() = 0;

  /// What the epoch brought was not good enough: the next open() begins with the address after the
  /// one that was used, where there are several.
  virtual void fail_over() {}

  /// For messages: "tls://vrli.example.com:6514".
  [[nodiscard]] virtual std::string display_name() const = 0;
};

}  // namespace vrni2syslog
