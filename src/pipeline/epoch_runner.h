#pragma once

#include "base/error.h"
#include "base/run_context.h"
#include "base/sha256.h"
#include "delivery/ledger.h"
#include "delivery/recent/recent_windows.h"
#include "delivery/sent/sent_flow_filter.h"
#include "flow/flow_source.h"
#include "pipeline/epoch_sinks.h"
#include "pipeline/manifest_chains.h"
#include "pipeline/run_statistics.h"
#include "transport/contract/line_batch.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// The options of all epochs of a run.
struct EpochOptions {
  bool send_manifest = true;
  /// The least verdict that a collector's receipt must have. Without a value (`--confirm auto`) all
  /// but Failed will do, and Acked, from a collector that does not answer the close, brings a
  /// warning.
  std::optional<Verdict> required_verdict;
  /// Reads a unit to its end also if no collector takes its lines any more. For captures: each
  /// reading of a unit has to be whole in them, since the next one may take another way through
  /// pages, and does not ask for the names that this one has learnt.
  bool reads_units_whole = false;
  /// The flows that were sent before are left out; null if every flow is sent.
  SentFlowFilter* sent_flows = nullptr;
  /// What is remembered of recent windows; null if nothing is.
  RecentWindows* recent = nullptr;
  /// What ties manifests to one another; null if they are in no chains.
  ManifestChains* chains = nullptr;
  /// Whose progress a collector may keep together with the flows; null if there is none. The
  /// pipeline sets it.
  const Ledger* ledger = nullptr;
};

/// Sends one epoch: reads it, leaves out what was sent before, formats and sends the rest, and
/// waits for the receipts. Knows nothing of other units, nor of what was confirmed before.
///
/// Unless remember_sent_flows() is reached, nothing of the epoch counts as sent before. Used by one
/// thread at a time.
class EpochRunner {
 public:
  /// Called after every batch with the counts so far.
  using Observer = std::function<void(const EpochCounts&)>;

  /// `collectors` are the numbers of those that get the epoch. `lanes`, and what `options` points
  /// to, must outlive the epoch.
  EpochRunner(std::vector<Lane>& lanes, const std::vector<std::size_t>& collectors,
              const EpochOptions& options, const RunContext& context);
  EpochRunner(const EpochRunner&) = delete;
  EpochRunner& operator=(const EpochRunner&) = delete;
  ~EpochRunner();

  /// Connects to the collectors, reads all flows and sends them, marked as attempt number `attempt`
  /// (from 1 on) at the unit, and as late if they are. What is sent is noted in the recent windows;
  /// for late flows, RecentWindows::begin_late() must be called before. Then has every sink end the
  /// epoch in the background. A collector that fails does not end this: see outcomes(). Throws what
  /// FlowEpoch::next() and the filter throw, and Error(OutputClosed).
  void send(FlowEpoch& flows, std::uint32_t attempt, const Observer& observer);

  /// Whether a collector may still confirm the epoch. If not, its flows may not have been read to
  /// their end. Not while wait_for_receipts() is at work in another thread.
  [[nodiscard]] bool has_receivers() const noexcept { return sinks_.has_any(); }

  /// Waits until there is a receipt of every collector.
  void wait_for_receipts() { sinks_.wait_for_receipts(); }

  /// Remembers the flows of the epoch as sent, once every collector of the run has confirmed it.
  /// Throws Error if that cannot be done.
  void remember_sent_flows();

  [[nodiscard]] const EpochCounts& counts() const noexcept { return counts_; }
  /// Why the unit does not count as delivered even if every collector confirms the epoch:
  /// FlowEpoch::shortfall().
  [[nodiscard]] const std::optional<Error>& shortfall() const noexcept { return shortfall_; }
  /// Final after wait_for_receipts().
  [[nodiscard]] std::vector<CollectorOutcome> outcomes() const { return sinks_.outcomes(); }

 private:
  void read(FlowEpoch& flows, const Observer& observer);
  void leave_out_sent_before(FlowBatch& batch);
  void ship(const FlowBatch& batch);
  /// Also feeds the digest of the lane's manifest, and counts the lines that are truncated.
  [[nodiscard]] std::shared_ptr<LineBatch> make_lines(std::size_t lane_number,
                                                      const FlowBatch& batch);
  void send_manifest(const FlowEpoch& flows);
  void send_manifest_to(std::size_t collector, const Lane& lane, Manifest manifest);
  [[nodiscard]] std::string progress_after(std::size_t collector, const Manifest& manifest,
                                           const std::optional<ChainEnd>& chain) const;
  void warn_of_partial_flows();

  std::vector<Lane>& lanes_;
  EpochOptions options_;
  RunContext context_;
  EpochSinks sinks_;
  std::vector<Sha256> digests_;  ///< of each lane's lines
  std::shared_ptr<const EpochLabel> label_;
  EpochCounts counts_;
  std::optional<Error> shortfall_;
  bool is_noting_sent_flows_ = false;
};

}  // namespace vrni2syslog
