#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "delivery/repeat_filter.h"
#include "flow/time_window.h"
#include "pipeline/run_statistics.h"
#include "syslog/line_format.h"
#include "transport/line_sink.h"
#include "vrni/flow_source.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// One format, and the sinks that get its lines: all those with the same limit on a line's
/// length.
struct Lane {
  std::unique_ptr<LineFormat> format;
  std::vector<std::unique_ptr<LineSink>> sinks;
};

struct PipelineOptions {
  bool send_manifest = true;
  /// What every receipt must say at least. Without a value (`--confirm auto`) each collector is
  /// held to what its transport can know, and a warning tells of one that leaves the close
  /// unanswered.
  std::optional<Verdict> required_verdict;
};

/// Fetch, leave out, format, ship, confirm, remember: unit by unit, each unit an epoch (one
/// connection to each collector, closed in order).
class Pipeline {
 public:
  /// Called after every batch, on the pipeline's thread.
  using Observer = std::function<void(const RunStatistics&)>;

  /// All references must outlive the pipeline, and so must `repeats`, which is null where every
  /// flow is to be sent.
  Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
           const Clock& clock, Log& log, Observer observer, RepeatFilter* repeats = nullptr);

  /// Runs all units. Throws what stopped it; the statistics then say how far it came.
  void run(const std::vector<TimeWindow>& units);

  [[nodiscard]] const RunStatistics& statistics() const noexcept { return statistics_; }
  /// The units that were begun, in their order.
  [[nodiscard]] const std::vector<UnitCoverage>& coverage() const noexcept { return coverage_; }

 private:
  void run_unit(const TimeWindow& unit);
  void deliver_unit(const TimeWindow& unit);
  void finish_unit(const RunStatistics& before);
  void open_sinks();
  void ship(const FlowBatch& batch, std::vector<Sha256>& digests);
  void send_manifest(const TimeWindow& unit, std::uint64_t flow_count,
                     std::vector<Sha256>& digests);
  void confirm();
  void check_receipt(const LineSink& sink, const Receipt& receipt);
  void warn_of_partial_flows(std::uint64_t partial);
  void observe();

  FlowSource& source_;
  std::vector<Lane>& lanes_;
  PipelineOptions options_;
  const Clock& clock_;
  Log& log_;
  Observer observer_;
  RepeatFilter* repeats_;
  RunStatistics statistics_;
  std::vector<UnitCoverage> coverage_;
};

}  // namespace vrni2syslog
