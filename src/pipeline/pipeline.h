#pragma once

#include "base/run_context.h"
#include "delivery/delivery_plan.h"
#include "delivery/ledger.h"
#include "flow/flow_source.h"
#include "flow/time_window.h"
#include "pipeline/epoch_runner.h"
#include "pipeline/read_ahead.h"
#include "pipeline/run_statistics.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace vrni2syslog {

struct PipelineOptions {
  EpochOptions epoch;
  /// Tells the source which units come next, so that it asks for their flows while one is read, and
  /// reads the first flows of the next unit while this one waits for its receipts. Not for
  /// captures: a reading that was begun ahead may be given up in the middle.
  bool reads_ahead = false;
  /// What each collector has confirmed; null if nothing is to be remembered.
  Ledger* ledger = nullptr;
};

/// Delivers the units of a source: which one goes to which collectors is up to the DeliveryPlan,
/// how it gets there to an EpochRunner. An epoch that a collector has not confirmed is read and
/// sent to it again, and to no other, until the run's deadline; with RunLimits::gives_up_early
/// there is one attempt. A unit is confirmed in the ledger before anything of the next one is sent.
/// With recent windows (EpochOptions::recent), which need a ledger, they are recounted at the end.
class Pipeline {
 public:
  /// Called after every batch, on the pipeline's thread.
  using Observer = std::function<void(const RunStatistics&)>;

  /// `source` and `lanes` must outlive the pipeline, and so must what `options` points to.
  Pipeline(FlowSource& source, std::vector<Lane>& lanes, const PipelineOptions& options,
           const RunContext& context, Observer observer);

  /// Runs all units, in order, without gaps between them. A collector that does not confirm does
  /// not keep the others from getting theirs. Throws what stopped it, or why a collector was given
  /// up (the first of them; the log has the others); the statistics then say how far it came.
  void run(const std::vector<TimeWindow>& units);

  [[nodiscard]] const RunStatistics& statistics() const noexcept { return statistics_; }
  /// The units that were begun, in their order.
  [[nodiscard]] const std::vector<UnitCoverage>& coverage() const noexcept { return coverage_; }

 private:
  void run_or_owe(const DeliveryStep& step);
  [[nodiscard]] bool is_owed(const DeliveryStep& step) const;
  void run_step(const DeliveryStep& step);
  void deliver(const DeliveryStep& step, FlowEpoch& flows, EpochRunner& epoch);
  [[nodiscard]] std::unique_ptr<FlowEpoch> begin_reading(const TimeWindow& unit);
  [[nodiscard]] std::vector<TimeWindow> units_to_read_ahead(const DeliveryStep& step) const;
  void stop_reading_ahead();
  void wait_and_read_ahead(const DeliveryStep& step, EpochRunner& epoch);
  void remember(const DeliveryStep& step, EpochRunner& epoch);
  void remember_recent(const EpochRunner& epoch, const Confirmations& confirmations);
  void record_outcomes(const DeliveryStep& step, const EpochRunner& epoch);
  void resend_or_give_up(const TimeWindow& unit, const CollectorOutcome& outcome);
  void tell_done(const TimeWindow& unit, const EpochCounts& counts);
  void tell_unconfirmed(const TimeWindow& unit, const CollectorOutcome& outcome, int attempts,
                        std::chrono::milliseconds pause);
  /// Whether epochs are sent again at all in this run.
  [[nodiscard]] bool may_resend() const;
  [[nodiscard]] bool is_past_deadline() const;
  [[nodiscard]] Error reason_of_end(const Error& error, const DeliveryStep& step) const;
  [[nodiscard]] const Error& reason_of(const CollectorOutcome& outcome) const;
  [[nodiscard]] std::optional<Error> recount();
  void report_given_up();
  void report_owed();
  void observe(const EpochCounts& before, const EpochCounts& epoch);

  FlowSource& source_;
  std::vector<Lane>& lanes_;
  PipelineOptions options_;
  RunContext context_;
  Observer observer_;
  std::optional<DeliveryPlan> plan_;
  std::unique_ptr<ReadAhead> ahead_;  ///< of the unit that is likely to come next
  std::optional<Error> last_unread_;  ///< why the last unit that is owed could not be read
  std::mt19937_64 random_;
  RunStatistics statistics_;
  std::vector<UnitCoverage> coverage_;
};

}  // namespace vrni2syslog
