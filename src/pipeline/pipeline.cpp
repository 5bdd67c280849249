#include "pipeline/pipeline.h"

#include "base/error.h"
#include "delivery/resend_policy.h"
#include "transport/contract/output_closed.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace vrni2syslog {
namespace {

/// In a batch's buffer, for each line: lines are not all as long as they usually are.
constexpr std::size_t kRoomForLongerLines = 100;

[[nodiscard]] std::string describe(const TimeWindow& unit) {
  return fmt::format("flows from {} to {}", to_rfc3339(unit.start), to_rfc3339(unit.end));
}

/// The sinks' watermarks where nothing is remembered: each is to get every unit.
[[nodiscard]] std::vector<UnixSeconds> none_confirmed(std::size_t sink_count) {
  return std::vector<UnixSeconds>(sink_count, UnixSeconds::min());
}

}  // namespace

Pipeline::Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
                   Clock& clock, Log& log, Observer observer, const PipelineMemory& memory)
    : source_(source),
      lanes_(lanes),
      options_(options),
      clock_(clock),
      log_(log),
      observer_(std::move(observer)),
      memory_(memory),
      failures_(count_sinks(lanes)),
      random_(std::random_device{}()) {}

void Pipeline::run(const std::vector<TimeWindow>& units) {
  plan_.emplace(units, memory_.ledger != nullptr ? memory_.ledger->watermarks()
                                                 : none_confirmed(count_sinks(lanes_)));
  statistics_.units_total = plan_->unit_count();
  const std::stop_token stop =
      options_.resend_limits ? options_.resend_limits->stop : std::stop_token();
  while (const std::optional<SteadyTime> due = plan_->next_due()) {
    const std::optional<DeliveryStep> step = plan_->next(std::max(clock_.steady_now(), *due));
    if (*due > clock_.steady_now()) clock_.sleep_until(*due, stop);
    const RunStatistics before = statistics_;
    try {
      run_epoch(*step);
    } catch (const OutputClosed&) {
      record_attempt(step->unit, before);
      throw;  // not an error: whoever reads the output has seen enough
    } catch (const Error& error) {
      record_attempt(step->unit, before);
      throw reason_of_end(error, *step).within(describe(step->unit));
    }
    statistics_.units_done = plan_->units_done();
    observe();
    record_attempt(step->unit, before);
  }
  report_given_up();
}

void Pipeline::record_attempt(const TimeWindow& unit, const RunStatistics& before) {
  statistics_.source = source_.statistics();
  add_attempt(coverage_, coverage_of(unit, before, statistics_));
}

void Pipeline::run_epoch(const DeliveryStep& step) {
  const std::uint32_t attempt = attempts_at(step.unit, coverage_) + 1;
  for (Lane& lane : lanes_) lane.format->begin_epoch(attempt);
  SentFlowEpoch epoch(memory_.sent_flows, step.unit);
  EpochSinks sinks(lanes_, step.collectors, options_.required_verdict, log_);
  sinks.open();
  if (sinks.has_any()) read_unit(step.unit, sinks, epoch);
  sinks.finish();
  record_outcomes(step, sinks.outcomes(), epoch);
}

void Pipeline::read_unit(const TimeWindow& unit, EpochSinks& sinks, SentFlowEpoch& epoch) {
  const std::uint64_t partial_before = source_.statistics().partial;
  source_.open(unit);
  std::vector<Sha256> digests(lanes_.size());
  Manifest manifest;
  manifest.window = unit;
  while (const std::unique_ptr<FlowBatch> batch = source_.next()) {
    const std::uint64_t left_out = epoch.leave_out_sent_before(*batch);
    statistics_.left_out += left_out;
    manifest.left_out_count += left_out;
    manifest.flow_count += batch->flows.size();
    ship(*batch, sinks, digests);
    // Whatever is read of the unit now will be read again.
    if (!sinks.has_any() && !options_.reads_units_whole) return;
    observe();
  }
  if (options_.send_manifest) send_manifest(manifest, sinks, digests);
  warn_of_partial_flows(source_.statistics().partial - partial_before);
}

void Pipeline::ship(const FlowBatch& batch, EpochSinks& sinks, std::vector<Sha256>& digests) {
  if (batch.flows.empty()) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (!sinks.has_any(i)) continue;
    auto lines = std::make_shared<LineBatch>(
        batch.flows.size(), batch.flows.size() * (usual_line_bytes() + kRoomForLongerLines));
    for (const Flow& flow : batch.flows) {
      if (lanes_[i].format->append_flow(lines->buffer(), flow, batch.unit) ==
          LineResult::Truncated) {
        ++statistics_.truncated;
      }
      lines->end_line();
      digests[i].update(lines->line(lines->line_count() - 1));
      digests[i].update("\n");
    }
    statistics_.lines += lines->line_count();
    statistics_.line_bytes += lines->byte_count();
    sinks.send(i, lines);
  }
}

std::size_t Pipeline::usual_line_bytes() const noexcept {
  return statistics_.lines == 0 ? 0 : statistics_.line_bytes / statistics_.lines;
}

void Pipeline::send_manifest(Manifest manifest, EpochSinks& sinks, std::vector<Sha256>& digests) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (!sinks.has_any(i)) continue;
    manifest.lines_digest = digests[i].finish();
    manifest.time = clock_.now();
    auto lines = std::make_shared<LineBatch>();
    lanes_[i].format->append_manifest(lines->buffer(), manifest);
    lines->end_line();
    sinks.send(i, lines);
  }
}

/// Remembers what was confirmed, first the flows, then how far the collectors are: a crash in
/// between makes the next run read the unit again, and leave out what it has sent.
void Pipeline::record_outcomes(const DeliveryStep& step, const std::vector<EpochOutcome>& outcomes,
                               SentFlowEpoch& epoch) {
  std::vector<Confirmation> confirmations;
  for (const EpochOutcome& outcome : outcomes) {
    if (!outcome.failure) confirmations.push_back({outcome.sink, outcome.verdict});
  }
  // What only some have got in this epoch is no reason to leave it out for all.
  if (confirmations.size() == count_sinks(lanes_)) epoch.commit();
  if (memory_.ledger != nullptr && !confirmations.empty())
    memory_.ledger->confirm(step.unit, confirmations);
  for (const EpochOutcome& outcome : outcomes) {
    if (outcome.failure) {
      resend_or_give_up(step.unit, outcome);
    } else {
      failures_.succeeded(outcome.sink);
      plan_->confirm(outcome.sink);
    }
  }
}

void Pipeline::resend_or_give_up(const TimeWindow& unit, const EpochOutcome& outcome) {
  const Error& failure = *outcome.failure;
  const int attempts = failures_.failed(outcome.sink);
  std::optional<SteadyTime> due;
  if (may_resend()) {
    due = ResendPolicy(options_.resend_limits->deadline)
              .next_attempt(failure, attempts, clock_.steady_now(),
                            std::uniform_real_distribution<double>()(random_));
  }
  if (!due) {
    plan_->give_up(outcome.sink);
    failures_.given_up(
        outcome.sink,
        give_up_error(reason_of(outcome), attempts, may_resend()).within(describe(unit)));
    return;
  }
  ++statistics_.epochs_resent;
  plan_->postpone(outcome.sink, *due);
  failures_.repeated(outcome.sink, failure);
  const SteadyTime::duration pause = *due - clock_.steady_now();
  const std::string text = retry_text(failure.within(describe(unit)), attempts, pause);
  if (attempts == ResendPolicy::kAttemptsToWarnOf) {
    log_.warning(text);
  } else {
    log_.pause(text, std::chrono::floor<std::chrono::milliseconds>(pause));
  }
}

/// What a run ends with: that the deadline broke off the reading of a unit says less than why it
/// had to be read again.
Error Pipeline::reason_of_end(const Error& error, const DeliveryStep& step) const {
  const bool is_cut_short =
      error.fault() == Fault::Interrupted || error.fault() == Fault::Unconfirmed;
  if (!is_past_deadline() || !is_cut_short) return error;
  for (const std::size_t sink : step.collectors) {
    if (const std::optional<Error>& last = failures_.last(sink))
      return give_up_error(*last, failures_.attempts(sink), true);
  }
  return error;
}

/// What a sink is given up for: the last failure, or the one before it where the deadline broke off
/// the last attempt, which says nothing of the sink.
const Error& Pipeline::reason_of(const EpochOutcome& outcome) const {
  const std::optional<Error>& last = failures_.last(outcome.sink);
  const bool is_broken_off = is_past_deadline() && may_pass(outcome.failure->fault());
  return is_broken_off && last ? *last : *outcome.failure;
}

bool Pipeline::may_resend() const {
  return options_.resend_limits && !options_.resend_limits->stop.stop_requested();
}

bool Pipeline::is_past_deadline() const {
  return options_.resend_limits && clock_.steady_now() >= options_.resend_limits->deadline;
}

void Pipeline::report_given_up() {
  const std::vector<Error> reasons = failures_.reasons();
  for (std::size_t i = 1; i < reasons.size(); ++i) log_.error(reasons[i].what());
  if (!reasons.empty()) throw Error(reasons.front());
}

void Pipeline::warn_of_partial_flows(std::uint64_t partial) {
  if (partial == 0) return;
  log_.warning(fmt::format(
      "{} flows were found, but the platform did not give their content (it is gone, or cannot be "
      "read): their lines have no more than their identity, and partial=\"1\"",
      partial));
}

void Pipeline::observe() {
  statistics_.source = source_.statistics();
  if (observer_) observer_(statistics_);
}

}  // namespace vrni2syslog
