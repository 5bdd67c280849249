#pragma once

#include "base/log.h"
#include "base/run_limits.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/sink.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

class Session;
class TransportLoop;

/// Our side of one collector: a network connection, a file or standard output. Its session runs on
/// the transport loop's thread, so that the peer is watched and served while the caller is busy
/// elsewhere, and is kept for the next epoch if its transport allows that. Used by one thread.
///
/// Every wait ends with the run's limits: within a second of a stop, and at the deadline.
class CollectorSink final : public Sink {
 public:
  /// `loop` and `log` must outlive the sink; `address` has at least one endpoint.
  CollectorSink(TransportLoop& loop, CollectorAddress address, const CollectorOptions& options,
                RunLimits limits, Log& log);
  ~CollectorSink() override;

  /// Takes the session of the last epoch if it still lives. Otherwise connects to the first of the
  /// addresses that can be reached and passes verification; the error says for each what was wrong.
  void open() override;
  void send(std::shared_ptr<const LineBatch> lines) override;
  [[nodiscard]] std::optional<std::string> offsets_of(
      const std::shared_ptr<const EpochLabel>& epoch) override;
  void end_epoch() override;
  [[nodiscard]] Receipt wait_for_receipt() override;
  void fail_over() override;
  /// The address in use; before open(), all of them.
  [[nodiscard]] std::string display_name() const override;

  /// After open(), for --check, who answered ("192.0.2.7:6514, TLSv1.3, certificate CN=..., expires
  /// ..., sha256:...").
  [[nodiscard]] std::string peer_description() const;

 private:
  [[noreturn]] void give_up(std::string_view before);
  void warn_of_insecurity();
  void warn_of_failures();

  TransportLoop& loop_;
  CollectorAddress address_;
  std::size_t first_ = 0;  ///< the place in `address_` that the next connection tries first
  bool must_change_address_ = false;  ///< the last epoch has failed over
  CollectorOptions options_;
  RunLimits limits_;
  Log& log_;
  /// Null before the first epoch. Shared with the coroutine on the loop, which ends soon after it
  /// is told to.
  std::shared_ptr<Session> session_;
  bool is_insecurity_told_ = false;
  bool are_failures_told_ = false;
};

}  // namespace vrni2syslog
