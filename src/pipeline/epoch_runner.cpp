#include "pipeline/epoch_runner.h"

#include "base/error.h"
#include "base/timestamp.h"
#include "flow/flow_prefetch.h"
#include "format/record/line_kind.h"
#include "format/record/record_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

/// Added to the usual length of a line when room is made for a batch: some lines are longer.
constexpr std::size_t kRoomForLongerLines = 100;

[[nodiscard]] std::string_view key_of(const Flow& flow, RecordKey key) noexcept {
  switch (key) {
    case RecordKey::FlowId:
      return flow.id;
    case RecordKey::SourceIp:
      return flow.text(FlowField::SourceIp);
    case RecordKey::SourceVm:
      return flow.text(FlowField::SourceVm);
    case RecordKey::None:
      break;
  }
  return {};
}

[[nodiscard]] LineLabel label_of(const Flow& flow, const TimeWindow& unit, RecordKey key) noexcept {
  return {.key = key_of(flow, key),
          .kind = message_id(kind_of_flow(flow.text(FlowField::Action))),
          .time = event_time(flow.version_time, unit)};
}

}  // namespace

EpochRunner::EpochRunner(std::vector<Lane>& lanes, const std::vector<std::size_t>& collectors,
                         const EpochOptions& options, const RunContext& context)
    : lanes_(lanes),
      options_(options),
      context_(context),
      sinks_(lanes, collectors, options.required_verdict, context),
      digests_(lanes.size()) {}

EpochRunner::~EpochRunner() {
  if (is_noting_sent_flows_) options_.sent_flows->rollback();
}

void EpochRunner::send(FlowEpoch& flows, std::uint32_t attempt, const Observer& observer) {
  for (Lane& lane : lanes_) {
    flows.is_late() ? lane.format->begin_late_epoch(attempt) : lane.format->begin_epoch(attempt);
  }
  label_ = std::make_shared<const EpochLabel>(
      EpochLabel{.window_start = to_rfc3339(flows.window().start),
                 .window_end = to_rfc3339(flows.window().end),
                 .attempt = std::to_string(attempt)});
  if (options_.recent != nullptr && !flows.is_late()) options_.recent->begin(flows.window());
  if (options_.sent_flows != nullptr) {
    options_.sent_flows->begin(flows.window());
    is_noting_sent_flows_ = true;
  }
  sinks_.open();
  if (sinks_.has_any()) read(flows, observer);
  sinks_.end();
}

void EpochRunner::remember_sent_flows() {
  if (!is_noting_sent_flows_) return;
  try {
    options_.sent_flows->commit();
  } catch (const Error& error) {
    throw error.within(
        "every collector has confirmed the lines, but that could not be remembered, so the next "
        "run may send some again");
  }
  is_noting_sent_flows_ = false;
}

void EpochRunner::read(FlowEpoch& flows, const Observer& observer) {
  while (const std::unique_ptr<FlowBatch> batch = flows.next()) {
    counts_.set_reading(flows.statistics());
    counts_.received += batch->flows.size();
    counts_.partial +=
        static_cast<std::uint64_t>(std::ranges::count_if(batch->flows, &Flow::is_partial));
    if (options_.recent != nullptr) options_.recent->note(*batch);
    leave_out_sent_before(*batch);
    ship(*batch);
    // The unit will be read again.
    if (!sinks_.has_any() && !options_.reads_units_whole) return;
    observer(counts_);
  }
  counts_.set_reading(flows.statistics());
  shortfall_ = flows.shortfall();
  if (options_.send_manifest) send_manifest(flows);
  warn_of_partial_flows();
}

void EpochRunner::leave_out_sent_before(FlowBatch& batch) {
  if (options_.sent_flows != nullptr)
    counts_.left_out += options_.sent_flows->leave_out_sent_before(batch);
}

void EpochRunner::ship(const FlowBatch& batch) {
  if (batch.flows.empty()) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (!sinks_.has_any(i)) continue;
    const std::shared_ptr<LineBatch> lines = make_lines(i, batch);
    counts_.lines += lines->line_count();
    counts_.line_bytes += lines->byte_count();
    if (lanes_[i].record_key) lines->set_epoch(label_);
    lanes_[i].usual_line_bytes = lines->byte_count() / lines->line_count();
    sinks_.send(i, lines);
  }
}

std::shared_ptr<LineBatch> EpochRunner::make_lines(std::size_t lane_number,
                                                   const FlowBatch& batch) {
  Lane& lane = lanes_[lane_number];
  Sha256& digest = digests_[lane_number];
  auto lines = std::make_shared<LineBatch>(
      batch.flows.size(), batch.flows.size() * (lane.usual_line_bytes + kRoomForLongerLines));
  for_each_prefetched(batch.flows, [&](const Flow& flow) {
    if (lane.format->append_flow(lines->buffer(), flow, batch.unit) == LineResult::Truncated)
      ++counts_.truncated;
    if (lane.record_key) {
      lines->end_line(label_of(flow, batch.unit, *lane.record_key));
    } else {
      lines->end_line();
    }
    digest.update(lines->line(lines->line_count() - 1));
    digest.update("\n");
  });
  return lines;
}

void EpochRunner::send_manifest(const FlowEpoch& flows) {
  Manifest manifest;
  manifest.window = flows.window();
  manifest.flow_count = counts_.received - counts_.left_out;
  manifest.left_out_count = counts_.left_out;
  manifest.late_count = flows.is_late() ? counts_.received : 0;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (!sinks_.has_any(i)) continue;
    // Collectors that store records take a manifest for the word that the epoch is whole.
    if (shortfall_ && lanes_[i].record_key) continue;
    manifest.lines_digest = digests_[i].finish();
    manifest.time = context_.clock.now();
    for (const std::size_t collector : sinks_.collectors_of(i))
      send_manifest_to(collector, lanes_[i], manifest);
  }
}

/// Each collector has a chain of its own, so that it gets a manifest of its own.
void EpochRunner::send_manifest_to(std::size_t collector, const Lane& lane, Manifest manifest) {
  if (lane.record_key) {
    const std::optional<std::string> offsets = sinks_.offsets_of(collector, label_);
    if (offsets) {
      Sha256 digest;
      digest.update(*offsets);
      manifest.offsets_digest = digest.finish();
    }
  }
  std::optional<ChainEnd> chain;
  if (options_.chains != nullptr) chain = options_.chains->tie(collector, manifest, *lane.format);
  auto lines = std::make_shared<LineBatch>();
  lane.format->append_manifest(lines->buffer(), manifest);
  if (lane.record_key) {
    lines->end_line({.kind = message_id(LineKind::Manifest)});
    lines->set_epoch(label_);
    lines->set_progress(progress_after(collector, manifest, chain));
    if (manifest.link) lines->set_manifest_headers(fields_of(*manifest.link));
    if (chain && manifest.late_count > 0) options_.recent->await(collector, chain->last);
  } else {
    lines->end_line();
  }
  sinks_.send_manifest(collector, lines, chain);
}

/// Late flows confirm no unit.
std::string EpochRunner::progress_after(std::size_t collector, const Manifest& manifest,
                                        const std::optional<ChainEnd>& chain) const {
  if (options_.ledger == nullptr) return {};
  const bool is_late = manifest.late_count > 0;
  return options_.ledger->progress_after(
      collector, is_late ? std::nullopt : std::optional(manifest.window), chain);
}

void EpochRunner::warn_of_partial_flows() {
  if (counts_.partial == 0) return;
  context_.log.warning(
      LogEvent::FlowsPartial,
      fmt::format("{} flows were found, but the platform did not give their content (it is gone, "
                  "or cannot be read): their lines have no more than their identity, and "
                  "partial=\"1\"",
                  counts_.partial),
      {{"flows", counts_.partial}});
}

}  // namespace vrni2syslog
