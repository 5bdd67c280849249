#pragma once

#include "base/log.h"
#include "base/run_limits.h"
#include "transport/collector_options.h"
#include "transport/endpoint.h"
#include "transport/line_batch.h"
#include "transport/receipt.h"

#include <cstddef>
#include <memory>
#include <string>

namespace vrni2syslog {

class Epoch;
class TransportLoop;

/// One collector as the pipeline sees it: lines go in, a receipt comes out. Runs its connection on
/// the transport loop's thread, so that the peer is watched and served while the caller is busy
/// elsewhere. Used by one thread.
///
/// An epoch is open(), any number of send(), finish(). Then it may be opened again. Every wait ends
/// with the run's limits: within a second of a stop, and at the deadline.
class Collector {
 public:
  /// `loop` and `log` must outlive the collector; `address` has at least one endpoint.
  Collector(TransportLoop& loop, CollectorAddress address, const CollectorOptions& options,
            RunLimits limits, Log& log);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector();

  /// Connects to the first of the addresses that can be reached and passes verification. Throws
  /// Error(Unavailable) that says for each what was wrong, Error(Configuration) for settings that
  /// cannot be used, Error(CannotCreate) for a file, Error(TemporaryFailure) at the run's limits.
  void open();

  /// Queues lines; waits while too many are queued. Throws Error(TemporaryFailure) once the
  /// connection has failed or at the run's limits, Error(Io) where a file or standard output cannot
  /// be written, OutputClosed where nobody reads standard output any more.
  void send(std::shared_ptr<const LineBatch> lines);

  /// Sends what is queued and closes in order. What the peer does, and the run's limits, are told
  /// by the receipt; what this computer cannot do is thrown as by send().
  [[nodiscard]] Receipt finish();

  /// For messages: "tls://vrli.example.com:6514"; before open() all addresses.
  [[nodiscard]] std::string display_name() const;
  /// After open(), for --check: who answered ("192.0.2.7:6514, TLSv1.3, certificate CN=..., expires
  /// ..., sha256:...").
  [[nodiscard]] std::string peer_description() const;
  /// The longest line that every address can carry: 2048 for UDP, otherwise no limit of its own.
  [[nodiscard]] std::size_t max_line_bytes() const noexcept;

 private:
  [[noreturn]] void give_up();
  void warn_of_insecurity();

  TransportLoop& loop_;
  CollectorAddress address_;
  CollectorOptions options_;
  RunLimits limits_;
  Log& log_;
  /// Shared with the coroutine on the loop, which ends soon after, but not before, it is told to.
  std::shared_ptr<Epoch> epoch_;
  bool is_insecurity_told_ = false;
};

}  // namespace vrni2syslog
