#include "pipeline/epoch_sinks.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

/// Why the receipt is not enough.
[[nodiscard]] std::string shortfall_of(const Receipt& receipt, Verdict required) {
  if (receipt.verdict == Verdict::Failed) return receipt.detail;
  return fmt::format("the verdict is {}, --confirm requires {}{}{}", name_of(receipt.verdict),
                     name_of(required), receipt.detail.empty() ? "" : ": ", receipt.detail);
}

}  // namespace

struct EpochSinks::Target {
  Sink* sink = nullptr;
  std::size_t lane = 0;
  SteadyTime opened{};  ///< when its connection began to be opened
  CollectorOutcome outcome;
};

EpochSinks::EpochSinks(std::vector<Lane>& lanes, const std::vector<std::size_t>& wanted,
                       std::optional<Verdict> required, const RunContext& context)
    : required_(required), context_(context) {
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    for (const auto& [number, sink] : lanes[lane].sinks) {
      if (std::ranges::find(wanted, number) == wanted.end()) continue;
      Target& target = targets_.emplace_back();
      target.sink = sink.get();
      target.lane = lane;
      target.outcome.collector = number;
    }
  }
}

EpochSinks::~EpochSinks() = default;

void EpochSinks::open() {
  for (Target& target : targets_) {
    target.opened = context_.clock.steady_now();
    attempt(target, [&] { target.sink->open(); });
  }
}

void EpochSinks::send(std::size_t lane, const std::shared_ptr<const LineBatch>& lines) {
  for (Target& target : targets_) {
    if (target.lane != lane) continue;
    attempt(target, [&] {
      target.sink->send(lines);
      target.outcome.lines += lines->line_count();
      target.outcome.bytes += lines->byte_count();
    });
  }
}

std::optional<std::string> EpochSinks::offsets_of(std::size_t collector,
                                                  const std::shared_ptr<const EpochLabel>& epoch) {
  std::optional<std::string> offsets;
  for (Target& target : targets_) {
    if (target.outcome.collector != collector) continue;
    attempt(target, [&] { offsets = target.sink->offsets_of(epoch); });
  }
  return offsets;
}

void EpochSinks::send_manifest(std::size_t collector, const std::shared_ptr<const LineBatch>& lines,
                               const std::optional<ChainEnd>& chain) {
  for (Target& target : targets_) {
    if (target.outcome.collector != collector) continue;
    attempt(target, [&] { target.sink->send(lines); });
    target.outcome.chain = chain;
  }
}

void EpochSinks::end() {
  // All at once: one that is slow to answer takes no time from the others.
  for (Target& target : targets_) attempt(target, [&] { target.sink->end_epoch(); });
}

void EpochSinks::wait_for_receipts() {
  for (Target& target : targets_) {
    std::optional<Receipt> receipt;
    attempt(target, [&] { receipt = target.sink->wait_for_receipt(); });
    if (!receipt) continue;
    // It may have been there while those before it were waited for.
    const SteadyTime end = std::min(receipt->given_at, context_.clock.steady_now());
    attempt(target, [&] { check_receipt(target, *receipt); });
    set_duration(target, end);
  }
}

void EpochSinks::set_duration(Target& target, SteadyTime end) {
  target.outcome.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - target.opened);
}

void EpochSinks::attempt(Target& target, const std::function<void()>& action) {
  if (target.outcome.failure) return;
  try {
    action();
  } catch (const Error& error) {
    if (error.fault() == Fault::OutputClosed) throw;
    target.outcome.failure = error;
    set_duration(target, context_.clock.steady_now());
    target.sink->fail_over();
  }
}

void EpochSinks::check_receipt(Target& target, const Receipt& receipt) {
  const std::string name = target.sink->display_name();
  target.outcome.verdict = receipt.verdict;
  const Verdict required = required_.value_or(Verdict::Written);
  if (receipt.verdict == Verdict::Failed || receipt.verdict < required)
    throw unconfirmed(name, shortfall_of(receipt, required));
  if (receipt.verdict == Verdict::Acked && !required_) {
    context_.log.warning(
        LogEvent::CollectorWeaklyConfirmed,
        fmt::format("collector {}: {}; its kernel has every byte, which --confirm auto accepts "
                    "(--confirm acked accepts it without this message)",
                    name, receipt.detail),
        {{"collector", name}, {"verdict", name_of(receipt.verdict)}});
  } else {
    context_.log.debug(LogEvent::CollectorConfirmed,
                       fmt::format("collector {}: {}", name, name_of(receipt.verdict)),
                       {{"collector", name}, {"verdict", name_of(receipt.verdict)}});
  }
}

bool EpochSinks::has_any() const noexcept {
  return std::ranges::any_of(targets_, [](const Target& one) { return !one.outcome.failure; });
}

bool EpochSinks::has_any(std::size_t lane) const noexcept {
  return std::ranges::any_of(
      targets_, [lane](const Target& one) { return one.lane == lane && !one.outcome.failure; });
}

std::vector<std::size_t> EpochSinks::collectors_of(std::size_t lane) const {
  std::vector<std::size_t> collectors;
  for (const Target& target : targets_) {
    if (target.lane == lane && !target.outcome.failure)
      collectors.push_back(target.outcome.collector);
  }
  return collectors;
}

std::vector<CollectorOutcome> EpochSinks::outcomes() const {
  std::vector<CollectorOutcome> outcomes;
  for (const Target& target : targets_) {
    CollectorOutcome& outcome = outcomes.emplace_back(target.outcome);
    outcome.name = target.sink->display_name();
  }
  return outcomes;
}

std::size_t count_sinks(const std::vector<Lane>& lanes) noexcept {
  std::size_t count = 0;
  for (const Lane& lane : lanes) count += lane.sinks.size();
  return count;
}

}  // namespace vrni2syslog
