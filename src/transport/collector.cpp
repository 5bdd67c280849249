#include "transport/collector.h"

#include "base/error.h"
#include "transport/epoch.h"
#include "transport/schemes.h"
#include "transport/transport_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

std::string reason_of(const RunLimits& limits) {
  return limits.stop.stop_requested() ? "the run was stopped" : "the run's deadline has come";
}

}  // namespace

Collector::Collector(TransportLoop& loop, CollectorAddress address, const CollectorOptions& options,
                     RunLimits limits, Log& log)
    : loop_(loop),
      address_(std::move(address)),
      options_(options),
      limits_(std::move(limits)),
      log_(log) {}

Collector::~Collector() {
  if (epoch_) epoch_->cancel();
}

void Collector::open() {
  if (epoch_) epoch_->cancel();
  CollectorAddress order = address_;
  std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(first_), order.end());
  epoch_ = Epoch::start(loop_.context(), order, options_, log_);
  if (!epoch_->wait_until_open(limits_)) give_up("before the connection was ready");
  warn_of_insecurity();
}

void Collector::send(std::shared_ptr<const LineBatch> lines) {
  if (!epoch_->push(std::move(lines), limits_)) give_up("before it had taken all lines");
}

void Collector::end_input() {
  epoch_->end_input();
}

Receipt Collector::finish() {
  if (epoch_->finish(limits_)) return epoch_->receipt();
  epoch_->cancel();
  return Receipt{Verdict::Failed, reason_of(limits_) + " before the collector had confirmed"};
}

void Collector::fail_over() {
  if (!epoch_ || !epoch_->was_opened()) return;  // all of them were tried
  first_ = (first_ + epoch_->endpoint_index() + 1) % address_.size();
}

/// Ends an epoch that the run's limits leave no time for.
void Collector::give_up(std::string_view before) {
  epoch_->cancel();
  throw Error(ExitStatus::TemporaryFailure,
              fmt::format("{}: {} {}", list_names(address_), reason_of(limits_), before));
}

void Collector::warn_of_insecurity() {
  const TlsSettings& tls = epoch_->endpoint().tls;
  if (!tls.is_insecure || tls.fingerprint || is_insecurity_told_) return;
  is_insecurity_told_ = true;
  log_.warning(
      fmt::format("{}: the collector's certificate is not verified, so anybody may read "
                  "what is sent to it; set ?fingerprint= instead",
                  display_name()));
}

std::string Collector::display_name() const {
  return epoch_ && epoch_->was_opened() ? epoch_->endpoint().display_name() : list_names(address_);
}

std::string Collector::peer_description() const {
  return epoch_ ? epoch_->peer_description() : std::string();
}

std::size_t Collector::max_line_bytes() const noexcept {
  std::size_t smallest = kNoLineLimit;
  for (const Endpoint& endpoint : address_)
    smallest = std::min(smallest, find_scheme(endpoint.scheme)->max_line_bytes);
  return smallest;
}

}  // namespace vrni2syslog
