#include "pipeline/pipeline.h"

#include "base/error.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string describe(const TimeWindow& unit) {
  return fmt::format("flows from {} to {}", to_rfc3339(unit.start), to_rfc3339(unit.end));
}

void send_to_all(Lane& lane, const std::shared_ptr<const LineBatch>& lines) {
  for (const auto& collector : lane.collectors) collector->send(lines);
}

}  // namespace

Pipeline::Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
                   const Clock& clock, Log& log, Observer observer)
    : source_(source),
      lanes_(lanes),
      options_(options),
      clock_(clock),
      log_(log),
      observer_(std::move(observer)) {}

void Pipeline::run(const std::vector<TimeWindow>& units) {
  statistics_.units_total = units.size();
  for (const TimeWindow& unit : units) {
    try {
      run_unit(unit);
    } catch (const OutputClosed&) {
      throw;  // not an error: whoever reads the output has seen enough
    } catch (const Error& error) {
      throw error.within(describe(unit));
    }
    ++statistics_.units_done;
    observe();
  }
}

void Pipeline::run_unit(const TimeWindow& unit) {
  open_collectors();
  source_.open(unit);
  std::vector<Sha256> digests(lanes_.size());
  std::uint64_t flow_count = 0;
  while (const std::unique_ptr<FlowBatch> batch = source_.next()) {
    flow_count += batch->flows.size();
    ship(*batch, digests);
    observe();
  }
  if (options_.send_manifest) send_manifest(unit, flow_count, digests);
  confirm();
}

void Pipeline::open_collectors() {
  for (Lane& lane : lanes_) {
    for (const auto& collector : lane.collectors) collector->open();
  }
}

void Pipeline::ship(const FlowBatch& batch, std::vector<Sha256>& digests) {
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
  // Every collector is closed in order before the first bad receipt ends the run: the others' lines
  // are safe then.
  std::vector<std::pair<const Collector*, Receipt>> receipts;
  for (Lane& lane : lanes_) {
    for (const auto& collector : lane.collectors)
      receipts.emplace_back(collector.get(), collector->finish());
  }
  for (const auto& [collector, receipt] : receipts) check_receipt(*collector, receipt);
}

void Pipeline::check_receipt(const Collector& collector, const Receipt& receipt) {
  const Verdict required = options_.required_verdict.value_or(Verdict::Written);
  if (receipt.verdict == Verdict::Failed || receipt.verdict < required) {
    const std::string_view separator = receipt.detail.empty() ? "" : ": ";
    throw Error(ExitStatus::TemporaryFailure,
                fmt::format("collector {}: delivery is not confirmed (verdict {}, required {}){}{}",
                            collector.display_name(), name_of(receipt.verdict), name_of(required),
                            separator, receipt.detail));
  }
  if (receipt.verdict == Verdict::Acked && !options_.required_verdict) {
    log_.warning(
        fmt::format("collector {}: {}; its kernel has every byte, which --confirm auto accepts "
                    "(--confirm acked accepts it without this message)",
                    collector.display_name(), receipt.detail));
  } else {
    log_.debug(fmt::format("collector {}: {}", collector.display_name(), name_of(receipt.verdict)));
  }
}

void Pipeline::observe() {
  statistics_.source = source_.statistics();
  if (observer_) observer_(statistics_);
}

}  // namespace vrni2syslog
