#pragma once

#include "app/run/exit_report.h"
#include "app/settings/settings.h"
#include "base/clock.h"
#include "flow/time_window.h"
#include "pipeline/run_statistics.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The contents of --report: what was to be read, what was read and delivered, and how the run
/// ended.
struct RunReport {
  std::string run_id;
  std::optional<TimeWindow>
      window;  ///< the flows to read; nullopt if the run ended before that was known
  WallTime started{};
  WallTime ended{};
  RunStatistics statistics;
  std::vector<UnitCoverage> units;                  ///< that were begun
  std::map<std::string, UnixSeconds> certificates;  ///< of peers: when they expire
  Failure failure;  ///< its status is Ok, and its message empty, after a good run
};

/// One JSON object (RFC 8259), with a line break at its end. Holds no secret.
[[nodiscard]] std::string to_json(const RunReport& report, const Settings& settings);

}  // namespace vrni2syslog
