#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"
#include "delivery/delivery_plan.h"
#include "delivery/ledger.h"
#include "delivery/sent/sent_flow_epoch.h"
#include "delivery/sent/sent_flow_filter.h"
#include "flow/flow_source.h"
#include "flow/time_window.h"
#include "pipeline/epoch_sinks.h"
#include "pipeline/run_statistics.h"
#include "pipeline/sink_failures.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace vrni2syslog {

struct PipelineOptions {
  bool send_manifest = true;
  /// What every receipt must say at least. Without a value (`--confirm auto`) each collector is
  /// held to what its transport can know, and a warning tells of one that leaves the close
  /// unanswered.
  std::optional<Verdict> required_verdict;
  /// Until when an epoch that was not confirmed is sent again. Without a value every epoch has one
  /// attempt.
  std::optional<RunLimits> resend_limits;
  /// A unit is read to its end also where no collector takes its lines any more. For captures: each
  /// reading of a unit has to be whole in them, since the next one may take another way through
  /// pages, and asks for no name that this one has learnt.
  bool reads_units_whole = false;
};

/// What a pipeline remembers in, each null where nothing is to be remembered.
struct PipelineMemory {
  SentFlowFilter* sent_flows = nullptr;  ///< the flows that were sent
  Ledger* ledger = nullptr;              ///< what each collector has confirmed
};

/// Fetch, leave out, format, ship, confirm, remember: unit by unit, each unit an epoch (one
/// connection to each collector, closed in order). An epoch that a collector has not confirmed is
/// read and sent to it again, and to nobody else.
class Pipeline {
 public:
  /// Called after every batch, on the pipeline's thread.
  using Observer = std::function<void(const RunStatistics&)>;

  /// All references must outlive the pipeline, and so must what `memory` points to.
  Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
           Clock& clock, Log& log, Observer observer, const PipelineMemory& memory = {});

  /// Runs all units, in order, without gaps between them. A collector that does not confirm does
  /// not keep the others from getting theirs. Throws what stopped it, or why a collector was given
  /// up (the first of them; the log has the others); the statistics then say how far it came.
  void run(const std::vector<TimeWindow>& units);

  [[nodiscard]] const RunStatistics& statistics() const noexcept { return statistics_; }
  /// The units that were begun, in their order.
  [[nodiscard]] const std::vector<UnitCoverage>& coverage() const noexcept { return coverage_; }

 private:
  void run_epoch(const DeliveryStep& step);
  void record_attempt(const TimeWindow& unit, const RunStatistics& before);
  void read_unit(const TimeWindow& unit, EpochSinks& sinks, SentFlowEpoch& epoch);
  void ship(const FlowBatch& batch, EpochSinks& sinks, std::vector<Sha256>& digests);
  /// The mean so far, 0 without a line.
  [[nodiscard]] std::size_t usual_line_bytes() const noexcept;
  /// `manifest` lacks what differs from lane to lane.
  void send_manifest(Manifest manifest, EpochSinks& sinks, std::vector<Sha256>& digests);
  void record_outcomes(const DeliveryStep& step, const std::vector<EpochOutcome>& outcomes,
                       SentFlowEpoch& epoch);
  void resend_or_give_up(const TimeWindow& unit, const EpochOutcome& outcome);
  /// Whether epochs are sent again at all in this run.
  [[nodiscard]] bool may_resend() const;
  [[nodiscard]] bool is_past_deadline() const;
  [[nodiscard]] Error reason_of_end(const Error& error, const DeliveryStep& step) const;
  [[nodiscard]] const Error& reason_of(const EpochOutcome& outcome) const;
  void report_given_up();
  void warn_of_partial_flows(std::uint64_t partial);
  void observe();

  FlowSource& source_;
  std::vector<Lane>& lanes_;
  PipelineOptions options_;
  Clock& clock_;
  Log& log_;
  Observer observer_;
  PipelineMemory memory_;
  std::optional<DeliveryPlan> plan_;
  SinkFailures failures_;
  std::mt19937_64 random_;
  RunStatistics statistics_;
  std::vector<UnitCoverage> coverage_;
};

}  // namespace vrni2syslog
