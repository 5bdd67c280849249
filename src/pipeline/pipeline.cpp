#include "pipeline/pipeline.h"

#include "base/error.h"
#include "delivery/resend_policy.h"
#include "pipeline/recount.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string describe(const TimeWindow& unit) {
  return fmt::format("flows from {} to {}", to_rfc3339(unit.start), to_rfc3339(unit.end));
}

/// The collectors' watermarks if nothing is remembered: each is to get every unit.
[[nodiscard]] std::vector<UnixSeconds> none_confirmed(std::size_t collector_count) {
  return std::vector<UnixSeconds>(collector_count, UnixSeconds::min());
}

[[nodiscard]] bool is_confirmed_by_all(const std::vector<CollectorOutcome>& outcomes) {
  return std::ranges::all_of(outcomes, &CollectorOutcome::is_confirmed);
}

/// As many names as a message can bear.
[[nodiscard]] std::string first_of(const std::set<std::string>& names) {
  constexpr std::size_t kMostNamed = 5;
  std::string text;
  std::size_t named = 0;
  for (const std::string& name : names) {
    if (named++ == kMostNamed) return text + ", ... (--status lists all)";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

Pipeline::Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
                   const RunContext& context, Observer observer)
    : source_(source),
      lanes_(lanes),
      options_(options),
      context_(context),
      observer_(std::move(observer)),
      random_(std::random_device{}()) {
  options_.epoch.ledger = options_.ledger;
}

void Pipeline::run(const std::vector<TimeWindow>& units) {
  if (options_.ledger != nullptr) {
    plan_.emplace(units, options_.ledger->watermarks(), options_.ledger->owed());
  } else {
    plan_.emplace(units, none_confirmed(count_sinks(lanes_)));
  }
  statistics_.units_total = plan_->unit_count();
  while (const std::optional<SteadyTime> due = plan_->next_due()) {
    const SteadyTime now = context_.clock.steady_now();
    const std::optional<DeliveryStep> step = plan_->next(std::max(now, *due));
    if (*due > now) context_.clock.sleep_until(*due, context_.limits.stop);
    run_or_owe(*step);
  }
  stop_reading_ahead();
  const std::optional<Error> late_failure = recount();
  try {
    report_given_up();
    report_owed();
  } catch (const Error&) {
    if (late_failure) context_.log.error(LogEvent::RecountFailed, late_failure->what());
    throw;
  }
  if (late_failure) throw Error(*late_failure);
}

/// Why not everything that is late could be sent.
std::optional<Error> Pipeline::recount() {
  if (options_.epoch.recent == nullptr || options_.ledger == nullptr || !may_resend())
    return std::nullopt;
  Recount recount(source_, lanes_, options_.epoch, *options_.ledger, context_);
  const EpochCounts before = statistics_.epochs;
  const auto observe_late = [&](const EpochCounts& late) {
    statistics_.windows_recounted = recount.windows_recounted();
    statistics_.late_flows = late.received;
    observe(before, late);
  };
  std::optional<Error> failure = recount.run(plan_->given_up(), observe_late);
  observe_late(recount.counts());
  return failure;
}

/// One unit that cannot be read does not keep the collectors from those after it.
void Pipeline::run_or_owe(const DeliveryStep& step) {
  try {
    run_step(step);
  } catch (const Error& error) {
    // After the deadline nothing can be read, and a reading that ran out of time does not show
    // whether the unit can be read.
    const bool has_time = !is_past_deadline() && !error.is_out_of_time();
    // What is owed was searched for with this filter before, whatever the platform says now.
    const bool is_of_unit =
        error.fault() == Fault::Data || (error.fault() == Fault::Usage && is_owed(step));
    const bool may_be_owed = is_of_unit && may_resend() && has_time;
    // A capture that is damaged, or lacks a call, is no better in its later units.
    const bool has_others = plan_->unit_count() > 1 && !options_.epoch.reads_units_whole;
    if (!may_be_owed || (options_.ledger == nullptr && !has_others)) throw;
    if (options_.ledger != nullptr && !options_.ledger->owe(step.unit, step.collectors)) throw;
    context_.log.error(LogEvent::WindowUnread, error.what(), {log_field_of(step.unit)});
    ahead_.reset();
    for (const std::size_t collector : step.collectors) plan_->pass_over(collector);
    last_unread_ = error;
  }
}

/// Whether a run before this one could not read the unit.
bool Pipeline::is_owed(const DeliveryStep& step) const {
  if (options_.ledger == nullptr) return false;
  const std::vector<std::vector<TimeWindow>> owed = options_.ledger->owed();
  return std::ranges::any_of(step.collectors, [&](std::size_t collector) {
    const std::vector<TimeWindow>& windows = owed.at(collector);
    return std::ranges::find(windows, step.unit) != windows.end();
  });
}

/// Statistics and coverage have what the step did, however it ends.
void Pipeline::run_step(const DeliveryStep& step) {
  const std::unique_ptr<FlowEpoch> flows = begin_reading(step.unit);
  EpochRunner epoch(lanes_, step.collectors, options_.epoch, context_);
  const RunStatistics before = statistics_;
  std::optional<Error> failure;
  try {
    deliver(step, *flows, epoch);
  } catch (const Error& error) {
    failure = reason_of_end(error, step).within(describe(step.unit));
  }
  observe(before.epochs, epoch.counts());
  add_attempt(coverage_, {.unit = step.unit,
                          .is_done = plan_->is_done(step.unit),
                          .last_epoch = epoch.counts(),
                          .collectors = epoch.outcomes()});
  if (failure) throw Error(*failure);
}

void Pipeline::deliver(const DeliveryStep& step, FlowEpoch& flows, EpochRunner& epoch) {
  const EpochCounts before = statistics_.epochs;
  if (options_.reads_ahead) source_.prepare(units_to_read_ahead(step));
  epoch.send(flows, attempts_at(step.unit, coverage_) + 1,
             [&](const EpochCounts& counts) { observe(before, counts); });
  wait_and_read_ahead(step, epoch);
  record_outcomes(step, epoch);
  if (is_confirmed_by_all(epoch.outcomes())) flows.confirmed();
  statistics_.units_done = plan_->units_done();
  if (plan_->is_done(step.unit)) tell_done(step.unit, epoch.counts());
}

void Pipeline::tell_done(const TimeWindow& unit, const EpochCounts& counts) {
  context_.log.info(LogEvent::WindowDone,
                    fmt::format("{}: {} flows in {} lines, confirmed by every collector",
                                describe(unit), counts.received, counts.lines),
                    {log_field_of(unit), {"flows", counts.received}, {"lines", counts.lines}});
}

/// The reading that was begun ahead, if it is of this unit.
std::unique_ptr<FlowEpoch> Pipeline::begin_reading(const TimeWindow& unit) {
  if (ahead_ && ahead_->window() == unit) return std::move(ahead_);
  ahead_.reset();
  return source_.read(unit);
}

/// The units that come next if every collector confirms what it is sent; none if none is to be read
/// ahead.
std::vector<TimeWindow> Pipeline::units_to_read_ahead(const DeliveryStep& step) const {
  constexpr std::size_t kMostUnitsAhead = 5;
  if (!options_.reads_ahead) return {};
  return plan_->units_after(step, context_.clock.steady_now(), kMostUnitsAhead);
}

/// Units of which a collector was given up may have been begun. A recount reads what the platform
/// has by then, and not what it had when they were searched.
void Pipeline::stop_reading_ahead() {
  ahead_.reset();
  if (options_.reads_ahead) source_.prepare({});
}

/// A thread of its own waits for the receipts and remembers what they confirm: a confirmation must
/// not have to wait for a platform that is slow to answer, or fails.
void Pipeline::wait_and_read_ahead(const DeliveryStep& step, EpochRunner& epoch) {
  const auto finish = [&] {
    epoch.wait_for_receipts();
    remember(step, epoch);
  };
  const std::vector<TimeWindow> next = units_to_read_ahead(step);
  // Without a receiver the unit itself comes next, or nothing, and its reading may be in progress.
  if (next.empty() || !epoch.has_receivers()) return finish();
  std::future<void> confirmation = std::async(std::launch::async, finish);
  const auto is_over = [&confirmation] {
    return confirmation.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  if (!is_over()) {
    ahead_ = std::make_unique<ReadAhead>(source_.read(next.front()));
    // The next unit may be read whole before it is its turn.
    source_.prepare(std::span(next).subspan(1));
    ahead_->read(is_over);
  }
  confirmation.get();
}

/// Remembers what was confirmed: first the flows, then how far the collectors are. A crash in
/// between makes the next run read the unit again, and leave out what it has sent. Nothing is
/// remembered of a unit that does not count, whatever the collectors say.
void Pipeline::remember(const DeliveryStep& step, EpochRunner& epoch) {
  if (epoch.shortfall()) throw Error(*epoch.shortfall());
  Confirmations confirmations;
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (!outcome.is_confirmed()) continue;
    confirmations.emplace(outcome.collector, Confirmation{outcome.verdict, outcome.chain});
    if (outcome.chain) options_.epoch.chains->extend(outcome.collector, *outcome.chain);
  }
  // A flow that only some collectors have got in this epoch must not be left out for all.
  if (confirmations.size() == count_sinks(lanes_)) epoch.remember_sent_flows();
  remember_recent(epoch, confirmations);
  if (options_.ledger != nullptr && !confirmations.empty())
    options_.ledger->confirm(step.unit, confirmations);
}

/// Before the ledger: a reading of a window that no collector is past yet does no harm, while one
/// that was never written down would never be recounted. What the platform says later can be
/// compared with what it said now, not with the flows received: these are fewer where it lists and
/// counts versions, and more where other flows came in the place of those that left.
void Pipeline::remember_recent(const EpochRunner& epoch, const Confirmations& confirmations) {
  if (options_.epoch.recent == nullptr) return;
  std::vector<std::size_t> collectors;
  for (const auto& [number, confirmation] : confirmations) collectors.push_back(number);
  const EpochCounts& counts = epoch.counts();
  const bool is_counted = counts.unannounced == 0;
  options_.epoch.recent->confirm(collectors,
                                 is_counted ? std::optional(counts.announced) : std::nullopt);
}

void Pipeline::record_outcomes(const DeliveryStep& step, const EpochRunner& epoch) {
  for (const CollectorOutcome& outcome : epoch.outcomes()) {
    if (outcome.failure) {
      resend_or_give_up(step.unit, outcome);
    } else {
      plan_->confirm(outcome.collector);
    }
  }
}

void Pipeline::resend_or_give_up(const TimeWindow& unit, const CollectorOutcome& outcome) {
  const SteadyTime now = context_.clock.steady_now();
  const int attempts = plan_->fail(outcome.collector);
  std::optional<SteadyTime> due;
  if (may_resend()) {
    due = time_of_resend(*outcome.failure, attempts, now, context_.limits.deadline,
                         std::uniform_real_distribution<double>()(random_));
  }
  if (!due) {
    const Error& reason = reason_of(outcome);
    const Error error =
        may_resend() ? out_of_time_error(reason, attempts) : give_up_error(reason, attempts);
    plan_->give_up(outcome.collector, error.within(describe(unit)));
    return;
  }
  ++statistics_.epochs_resent;
  plan_->postpone(outcome.collector, *due, *outcome.failure);
  tell_unconfirmed(unit, outcome, attempts,
                   std::chrono::floor<std::chrono::milliseconds>(*due - now));
}

void Pipeline::tell_unconfirmed(const TimeWindow& unit, const CollectorOutcome& outcome,
                                int attempts, std::chrono::milliseconds pause) {
  const std::string text = retry_text(outcome.failure->within(describe(unit)), attempts, pause);
  const auto fields = {LogField("collector", outcome.name), LogField("attempts", attempts),
                       LogField("delay_seconds", pause), log_field_of(unit)};
  if (attempts == kAttemptsToWarnOf) {
    context_.log.warning(LogEvent::CollectorUnconfirmed, text, fields);
  } else {
    context_.log.pause(LogEvent::CollectorUnconfirmed, text, pause, fields);
  }
}

/// The error that a run ends with. If the deadline broke off the reading of a unit that had to be
/// read again, this is the reason for reading it again, which says more, with what the platform had
/// answered until then, if it had failed.
Error Pipeline::reason_of_end(const Error& error, const DeliveryStep& step) const {
  const bool is_cut_short =
      error.fault() == Fault::Interrupted || error.fault() == Fault::Unconfirmed;
  if (!error.is_out_of_time() && !(is_past_deadline() && is_cut_short)) return error;
  for (const std::size_t collector : step.collectors) {
    const std::optional<Error>& last = plan_->last_failure(collector);
    if (!last) continue;
    Error reason = out_of_time_error(*last, plan_->failed_attempts(collector));
    if (!error.is_out_of_time()) return reason;
    return Error(reason.fault(),
                 fmt::format("{}; the last reading failed: {}", reason.what(), error.what()));
  }
  return error;
}

/// Why a collector is given up: its last failure, or the one before if the deadline broke off the
/// last attempt, which says nothing about the collector.
const Error& Pipeline::reason_of(const CollectorOutcome& outcome) const {
  const std::optional<Error>& last = plan_->last_failure(outcome.collector);
  const bool is_broken_off = is_past_deadline() && may_pass(outcome.failure->fault());
  return is_broken_off && last ? *last : *outcome.failure;
}

bool Pipeline::may_resend() const {
  return !context_.limits.gives_up_early && !context_.limits.stop.stop_requested();
}

bool Pipeline::is_past_deadline() const {
  return context_.clock.steady_now() >= context_.limits.deadline;
}

void Pipeline::report_given_up() {
  const std::vector<Error> reasons = plan_->reasons_of_giving_up();
  for (std::size_t i = 1; i < reasons.size(); ++i)
    context_.log.error(LogEvent::CollectorGivenUp, reasons[i].what());
  if (!reasons.empty()) throw Error(reasons.front());
}

/// The last window's error is the run's; the others are in the log. What is owed from earlier runs
/// counts, too, until it was read.
void Pipeline::report_owed() {
  std::set<std::string> owed;
  if (options_.ledger != nullptr) {
    for (const std::vector<TimeWindow>& windows : options_.ledger->owed()) {
      for (const TimeWindow& window : windows) owed.insert(to_text(window));
    }
  }
  if (owed.empty() && !last_unread_) return;
  if (owed.empty()) {
    throw Error(Fault::Data, fmt::format("not every window could be read; the last of these: {}",
                                         last_unread_->what()));
  }
  throw Error(
      Fault::Data,
      fmt::format(
          "windows could not be read, and collectors are owed them: {}; every run tries them "
          "again until the platform no longer has them, or until --give-up WINDOW "
          "says that nobody waits for them",
          first_of(owed)));
}

void Pipeline::observe(const EpochCounts& before, const EpochCounts& epoch) {
  statistics_.epochs = before;
  statistics_.epochs += epoch;
  statistics_.source = source_.statistics();
  if (observer_) observer_(statistics_);
}

}  // namespace vrni2syslog
