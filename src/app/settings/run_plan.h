#pragma once

#include "app/options/option_values.h"
#include "app/settings/settings.h"
#include "app/settings/window_plan.h"
#include "delivery/checkpoint/chain_end.h"
#include "flow/time_window.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What a run does with its settings, now that it is known how far the job is.
struct RunPlan {
  TimeWindow window;                  ///< empty if the job has nothing to do yet
  std::vector<TimeWindow> units;      ///< the window in parts; each is read and sent by itself
  std::chrono::seconds least_age{0};  ///< as PlatformSettings has it
  /// What collectors keep of how far the job is, by their numbers: CollectorOptions::kept_progress.
  std::map<std::size_t, std::string> kept_progress;
  std::vector<std::string> warnings;  ///< for the log, before the run
  std::vector<std::string> notes;     ///< the same, of less importance
};

/// Plans the run at `now`. `values` are those that `settings` were made of: their origins are for
/// messages. `job` is the checkpoint of the settings' job; it means nothing to a run that has none.
/// Throws Error(Usage) or Error(Configuration) for options that ask for an empty window or for too
/// many units, and Error(Configuration) for a job that is ahead of the clock.
[[nodiscard]] RunPlan plan_run(const Settings& settings, const OptionValues& values,
                               const std::optional<Checkpoint>& job, UnixSeconds now);

/// Where the chains of the collectors of the job end (ChainEnd::last), by their numbers. `ends` is
/// what the state says; of a collector that keeps its progress itself and could not be asked, that
/// means nothing: nullopt.
[[nodiscard]] std::vector<std::optional<std::string>> known_chain_ends(
    const RunPlan& plan, const std::vector<ChainEnd>& ends);

}  // namespace vrni2syslog
