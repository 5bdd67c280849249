#pragma once

#include "app/settings/run_plan.h"
#include "app/settings/settings.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"
#include "delivery/ledger.h"
#include "delivery/recent/recent_windows.h"
#include "delivery/sent/sent_flow_filter.h"
#include "pipeline/manifest_chains.h"
#include "pipeline/pipeline.h"
#include "transport/contract/kafka_options.h"
#include "transport/net/transport_loop.h"
#include "vrni/versions/flow_versions.h"

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace vrni2syslog {

/// What a run sends flows to, made as the settings say. Connects to nothing yet.
class Assembly {
 public:
  /// All references must outlive the assembly. Throws Error(Usage) for lines that cannot be
  /// written, and what RepeatAfterFilter::open() throws.
  Assembly(const Settings& settings, const RunPlan& plan, const RunLimits& limits, Log& log);
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  [[nodiscard]] std::vector<Lane>& lanes() noexcept { return lanes_; }
  /// Identifies this run among all others.
  [[nodiscard]] const std::string& run_id() const noexcept { return line_options_.origin.run_id; }
  /// Null if every flow is to be sent.
  [[nodiscard]] SentFlowFilter* sent_flows() noexcept { return sent_flows_.get(); }

 private:
  /// The format of a lane's lines, how long they may be, and the key of their records.
  using LaneKey = std::tuple<std::string, std::size_t, std::optional<RecordKey>>;

  void add_collector(const Settings& settings, const RunPlan& plan, const RunLimits& limits,
                     Log& log);

  LineOptions line_options_;
  std::unique_ptr<SentFlowFilter> sent_flows_;
  TransportLoop loop_;
  std::size_t collector_count_ = 0;
  std::vector<LaneKey> lane_keys_;  ///< of each lane
  std::vector<Lane> lanes_;         ///< after loop_: their sinks are destroyed before it
};

/// What keeps flow versions for the run, and if the settings say so for later runs with the same
/// platform and account. Null for a run with a capture, which is to have every call, and for one
/// with a single unit and nothing from or for other runs, which would not find any version again.
/// `clock` and `log` must outlive it. A state directory that cannot be used is a warning.
[[nodiscard]] std::unique_ptr<FlowVersions> open_flow_versions(const Settings& settings,
                                                               const RunPlan& plan,
                                                               const std::string& account,
                                                               Clock& clock, Log& log);

/// The chains that the run's manifests go on with: those of the job, or new ones if that is null;
/// nullopt if they are in none. `log` must outlive them.
[[nodiscard]] std::optional<ManifestChains> open_chains(const Settings& settings, const Ledger* job,
                                                        Log& log);

/// What is remembered of the recent windows of `job`, which must have begun. `clock` and `log` must
/// outlive it. Throws what RecentWindows::RecentWindows() throws.
[[nodiscard]] std::unique_ptr<RecentWindows> open_recent(const Settings& settings,
                                                         const RunPlan& plan, const Ledger& job,
                                                         Clock& clock, Log& log);

/// 16 hexadecimal digits that no other run has.
[[nodiscard]] std::string make_run_id();

}  // namespace vrni2syslog
