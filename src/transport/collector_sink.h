#pragma once

#include "base/log.h"
#include "base/run_limits.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/sink.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

class Session;
class TransportLoop;

/// One collector: the sink at the end of a network connection, a file or standard output. Runs it
/// on the transport loop's thread, so that the peer is watched and served while the caller is busy
/// elsewhere. Used by one thread.
///
/// Every wait ends with the run's limits: within a second of a stop, and at the deadline.
class CollectorSink final : public Sink {
 public:
  /// `loop` and `log` must outlive the collector; `address` has at least one endpoint.
  CollectorSink(TransportLoop& loop, CollectorAddress address, const CollectorOptions& options,
                RunLimits limits, Log& log);
  ~CollectorSink() override;

  /// Connects to the first of the addresses that can be reached and passes verification; the error
  /// says for each what was wrong.
  void open() override;
  void send(std::shared_ptr<const LineBatch> lines) override;
  void end_epoch() override;
  [[nodiscard]] Receipt wait_for_receipt() override;
  void fail_over() override;
  /// Before open() all addresses.
  [[nodiscard]] std::string display_name() const override;

  /// After open(), for --check: who answered ("192.0.2.7:6514, TLSv1.3, certificate CN=..., expires
  /// ..., sha256:...").
  [[nodiscard]] std::string peer_description() const;
  /// The longest line that every address can carry: 2048 for UDP, otherwise no limit of its own.
  [[nodiscard]] std::size_t max_line_bytes() const noexcept;

 private:
  [[noreturn]] void give_up(std::string_view before);
  void warn_of_insecurity();

  TransportLoop& loop_;
  CollectorAddress address_;
  std::size_t first_ = 0;  ///< where the next epoch begins in `address_`
  CollectorOptions options_;
  RunLimits limits_;
  Log& log_;
  /// Shared with the coroutine on the loop, which ends soon after, but not before, it is told to.
  std::shared_ptr<Session> session_;
  bool is_insecurity_told_ = false;
};

}  // namespace vrni2syslog
