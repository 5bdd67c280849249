#pragma once

#include "flow/flow_source.h"
#include "flow/time_window.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// What a run did, for progress, the closing summary and --report.
struct RunStatistics {
  std::uint64_t units_total = 0;
  std::uint64_t units_done = 0;     ///< confirmed by every collector
  std::uint64_t epochs_resent = 0;  ///< once more, for one collector or several
  std::uint64_t lines = 0;          ///< of all lanes together
  std::uint64_t line_bytes = 0;
  std::uint64_t truncated = 0;
  std::uint64_t left_out = 0;  ///< flows left out because they were sent before
  SourceStatistics source;
};

/// What became of one unit.
struct UnitCoverage {
  TimeWindow unit;
  std::uint32_t attempts = 1;  ///< how often it was begun
  bool is_done = false;        ///< read whole, and confirmed as far as was asked for
  /// Flows that the platform said there are; nothing where it did not.
  std::optional<std::uint64_t> announced;
  std::uint64_t received = 0;
  std::uint64_t left_out = 0;
  std::uint64_t partial = 0;
  std::uint64_t lines = 0;
  std::uint64_t searches = 0;
};

/// What a unit added to the statistics of a run.
[[nodiscard]] UnitCoverage coverage_of(const TimeWindow& unit, const RunStatistics& before,
                                       const RunStatistics& after);

/// How often a unit was begun.
[[nodiscard]] std::uint32_t attempts_at(const TimeWindow& unit,
                                        const std::vector<UnitCoverage>& coverage) noexcept;

/// Adds an attempt at a unit to those before it: the last one counts, but what was done stays done.
void add_attempt(std::vector<UnitCoverage>& coverage, const UnitCoverage& attempt);

}  // namespace vrni2syslog
