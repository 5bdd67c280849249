#include "transport/collector_sink.h"

#include "base/error.h"
#include "transport/net/transport_loop.h"
#include "transport/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

std::string reason_of(const RunLimits& limits) {
  return limits.stop.stop_requested() ? "the run was stopped" : "the run's deadline has come";
}

}  // namespace

CollectorSink::CollectorSink(TransportLoop& loop, CollectorAddress address,
                             const CollectorOptions& options, RunLimits limits, Log& log)
    : loop_(loop),
      address_(std::move(address)),
      options_(options),
      limits_(std::move(limits)),
      log_(log) {
  options_.log = &log;
}

CollectorSink::~CollectorSink() {
  if (session_) session_->close(limits_);
}

void CollectorSink::open() {
  if (session_ && !must_change_address_ && session_->begin_epoch()) return;
  if (session_) {
    options_.longest_idle = session_->longest_idle();
    session_->close(limits_);
  }
  must_change_address_ = false;
  CollectorAddress order = address_;
  std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first_), order.end());
  session_ = Session::start(loop_.context(), order, options_, log_);
  if (!session_->wait_until_open(limits_)) give_up("before the connection was ready");
  warn_of_insecurity();
  warn_of_failures();
}

void CollectorSink::send(std::shared_ptr<const LineBatch> lines) {
  if (!session_->push(std::move(lines), limits_)) give_up("before it had taken all lines");
}

std::optional<std::string> CollectorSink::offsets_of(
    const std::shared_ptr<const EpochLabel>& epoch) {
  if (!session_->ask_for_offsets(epoch, limits_)) give_up("before it had stored all lines");
  return session_->offsets();
}

void CollectorSink::end_epoch() {
  session_->end_epoch();
}

Receipt CollectorSink::wait_for_receipt() {
  if (session_->finish(limits_)) {
    warn_of_failures();  // of a connection that was made again
    Receipt receipt = session_->receipt();
    for (const std::string& warning : receipt.warnings)
      log_.warning(LogEvent::CollectorWarning, fmt::format("{}: {}", display_name(), warning),
                   {{"collector", display_name()}});
    return receipt;
  }
  session_->cancel();
  return Receipt{Verdict::Failed, reason_of(limits_) + " before the collector had confirmed"};
}

void CollectorSink::fail_over() {
  const bool has_tried_all = !session_ || !session_->was_opened();
  if (has_tried_all || address_.size() == 1) return;
  must_change_address_ = true;
  first_ = (first_ + session_->endpoint_index() + 1) % address_.size();
}

/// Ends an epoch for which the run's limits leave no time.
void CollectorSink::give_up(std::string_view before) {
  session_->cancel();
  throw Error(Fault::Interrupted,
              fmt::format("{}: {} {}", list_names(address_), reason_of(limits_), before));
}

void CollectorSink::warn_of_insecurity() {
  const TlsSettings& tls = session_->endpoint().tls;
  if (!tls.is_insecure || tls.fingerprint || is_insecurity_told_) return;
  is_insecurity_told_ = true;
  log_.warning(LogEvent::CollectorInsecure,
               fmt::format("{}: the collector's certificate is not verified, so anybody may read "
                           "what is sent to it; set ?fingerprint= instead",
                           display_name()),
               {{"collector", display_name()}});
}

/// Once in a run: every unit would say the same of an address that stays out of reach.
void CollectorSink::warn_of_failures() {
  const std::string failures = session_->failures();
  if (failures.empty() || std::exchange(are_failures_told_, true)) return;
  log_.warning(LogEvent::CollectorChanged,
               fmt::format("using {}, because this failed: {}", display_name(), failures),
               {{"collector", display_name()}});
}

std::string CollectorSink::display_name() const {
  return session_ && session_->was_opened() ? session_->endpoint().display_name()
                                            : list_names(address_);
}

std::string CollectorSink::peer_description() const {
  return session_ ? session_->peer_description() : std::string();
}

}  // namespace vrni2syslog
