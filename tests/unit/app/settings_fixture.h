#pragma once

#include "app/options/option_values.h"
#include "app/settings/run_plan.h"
#include "app/settings/settings.h"
#include "base/timestamp.h"

#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

using Arguments = std::vector<std::string>;

[[nodiscard]] inline Arguments operator+(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// The time of the runs.
inline const UnixSeconds kNow = parse_time("2026-11-23T10:00:00Z", TimeZone::utc());
/// What a run needs of the command line, but for its secret.
inline const Arguments kEnough{"--platform-ip", "vrni.local", "--collector", "tls://vrli.local"};

/// What a run makes of its options.
struct PlannedRun {
  Settings settings;
  RunPlan plan;
};

/// Takes the steps of the program from the options to the plan. `progress` is that of the job.
[[nodiscard]] inline PlannedRun run_of(const OptionValues& values,
                                       const SystemFacts& facts = {kNow, "/s", {}},
                                       const std::optional<Checkpoint>& job = {},
                                       UnixSeconds now = kNow) {
  Settings settings = make_settings(values, facts);
  require_files(values, settings);
  RunPlan plan = plan_run(settings, values, job, now);
  return {std::move(settings), std::move(plan)};
}

}  // namespace vrni2syslog
