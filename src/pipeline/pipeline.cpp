#include "pipeline/pipeline.h"

#include "base/error.h"
#include "delivery/repeat_epoch.h"
#include "transport/output_closed.h"
#include "transport/unconfirmed.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string describe(const TimeWindow& unit) {
  return fmt::format("flows from {} to {}", to_rfc3339(unit.start), to_rfc3339(unit.end));
}

/// Why the receipt is not enough.
[[nodiscard]] std::string shortfall_of(const Receipt& receipt, Verdict required) {
  if (receipt.verdict == Verdict::Failed) return receipt.detail;
  return fmt::format("the verdict is {}, --confirm requires {}{}{}", name_of(receipt.verdict),
                     name_of(required), receipt.detail.empty() ? "" : ": ", receipt.detail);
}

void send_to_all(Lane& lane, const std::shared_ptr<const LineBatch>& lines) {
  for (const auto& sink : lane.sinks) sink->send(lines);
}

}  // namespace

Pipeline::Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
                   const Clock& clock, Log& log, Observer observer, RepeatFilter* repeats)
    : source_(source),
      lanes_(lanes),
      options_(options),
      clock_(clock),
      log_(log),
      observer_(std::move(observer)),
      repeats_(repeats) {}

void Pipeline::run(const std::vector<TimeWindow>& units) {
  statistics_.units_total = units.size();
  for (const TimeWindow& unit : units) run_unit(unit);
}

void Pipeline::run_unit(const TimeWindow& unit) {
  const RunStatistics before = statistics_;
  coverage_.emplace_back().unit = unit;
  try {
    deliver_unit(unit);
  } catch (const OutputClosed&) {
    finish_unit(before);
    throw;  // not an error: whoever reads the output has seen enough
  } catch (const Error& error) {
    finish_unit(before);
    throw error.within(describe(unit));
  }
  ++statistics_.units_done;
  observe();
  finish_unit(before);
}

void Pipeline::finish_unit(const RunStatistics& before) {
  statistics_.source = source_.statistics();
  coverage_.back() = coverage_of(coverage_.back().unit, before, statistics_);
}

void Pipeline::deliver_unit(const TimeWindow& unit) {
  const std::uint64_t partial_before = source_.statistics().partial;
  RepeatEpoch epoch(repeats_, unit);
  open_sinks();
  source_.open(unit);
  std::vector<Sha256> digests(lanes_.size());
  std::uint64_t flow_count = 0;
  while (const std::unique_ptr<FlowBatch> batch = source_.next()) {
    statistics_.repeats += epoch.leave_out_repeats(*batch);
    flow_count += batch->flows.size();
    ship(*batch, digests);
    observe();
  }
  if (options_.send_manifest) send_manifest(unit, flow_count, digests);
  confirm();
  epoch.commit();
  warn_of_partial_flows(source_.statistics().partial - partial_before);
}

void Pipeline::open_sinks() {
  for (Lane& lane : lanes_) {
    for (const auto& sink : lane.sinks) sink->open();
  }
}

void Pipeline::ship(const FlowBatch& batch, std::vector<Sha256>& digests) {
  if (batch.flows.empty()) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto lines = std::make_shared<LineBatch>();
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
    send_to_all(lanes_[i], lines);
  }
}

void Pipeline::send_manifest(const TimeWindow& unit, std::uint64_t flow_count,
                             std::vector<Sha256>& digests) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Manifest manifest{unit, flow_count, digests[i].finish(), clock_.now()};
    auto lines = std::make_shared<LineBatch>();
    lanes_[i].format->append_manifest(lines->buffer(), manifest);
    lines->end_line();
    send_to_all(lanes_[i], lines);
  }
}

void Pipeline::confirm() {
  // Every sink is closed in order before what is wrong with one ends the run: the others' lines are
  // safe then.
  std::exception_ptr first_failure;
  for (Lane& lane : lanes_) {
    for (const auto& sink : lane.sinks) {
      try {
        check_receipt(*sink, sink->finish());
      } catch (const Error&) {
        if (!first_failure) first_failure = std::current_exception();
      }
    }
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

void Pipeline::check_receipt(const LineSink& sink, const Receipt& receipt) {
  const Verdict required = options_.required_verdict.value_or(Verdict::Written);
  if (receipt.verdict == Verdict::Failed || receipt.verdict < required) {
    throw unconfirmed(sink.display_name(), shortfall_of(receipt, required));
  }
  if (receipt.verdict == Verdict::Acked && !options_.required_verdict) {
    log_.warning(
        fmt::format("collector {}: {}; its kernel has every byte, which --confirm auto accepts "
                    "(--confirm acked accepts it without this message)",
                    sink.display_name(), receipt.detail));
  } else {
    log_.debug(fmt::format("collector {}: {}", sink.display_name(), name_of(receipt.verdict)));
  }
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
