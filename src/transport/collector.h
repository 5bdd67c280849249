#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/run_limits.h"
#include "transport/endpoint.h"
#include "transport/line_batch.h"
#include "transport/receipt.h"

namespace vrni2syslog {

class TransportLoop;

struct CollectorOptions {
  std::chrono::milliseconds connect_timeout{10'000};   ///< of connect and TLS handshake, for each address tried
  std::chrono::milliseconds progress_timeout{60'000};  ///< without a byte taken by the peer, while there are bytes to send
  std::chrono::milliseconds close_timeout{10'000};     ///< for the peer to answer the orderly close
  std::size_t queue_bytes = 4U * 1024 * 1024;          ///< lines waiting to be sent, above which send() waits
};

/// One collector as the pipeline sees it: lines go in, a receipt comes out. Runs its connection on the transport loop's thread, so
/// that the peer is watched and served while the caller is busy elsewhere. Used by one thread.
///
/// An epoch is open(), any number of send(), finish(). Then it may be opened again.
class Collector {
 public:
  /// `loop` and `log` must outlive the collector.
  Collector(TransportLoop& loop, CollectorAddress address, const CollectorOptions& options, RunLimits limits, Log& log);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector();

  /// Connects to the first of the addresses that can be reached and passes verification. Throws Error(Unavailable) that says for
  /// each what was wrong.
  void open();

  /// Queues lines; waits while too many are queued. Throws Error(TemporaryFailure) once the connection has failed.
  void send(std::shared_ptr<const LineBatch> lines);

  /// Sends what is queued and closes in order. Never throws for what the peer does: that is the receipt.
  [[nodiscard]] Receipt finish();

  /// For messages: "tls://vrli.example.com:6514".
  [[nodiscard]] std::string display_name() const;
  /// After open(), for --check: who answered ("192.0.2.7:6514, TLSv1.3, certificate CN=..., expires ..., sha256:...").
  [[nodiscard]] std::string peer_description() const;
  /// The longest line that the address can carry: 2048 for datagrams, otherwise no limit of its own.
  [[nodiscard]] std::size_t max_line_bytes() const noexcept;

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace vrni2syslog
