#include "pipeline/run_statistics.h"

#include <algorithm>

namespace vrni2syslog {

UnitCoverage coverage_of(const TimeWindow& unit, const RunStatistics& before,
                         const RunStatistics& after) {
  UnitCoverage coverage;
  coverage.unit = unit;
  coverage.is_done = after.units_done > before.units_done;
  if (after.source.unannounced_units == before.source.unannounced_units)
    coverage.announced = after.source.announced - before.source.announced;
  coverage.received = after.source.received - before.source.received;
  coverage.repeats = after.repeats - before.repeats;
  coverage.partial = after.source.partial - before.source.partial;
  coverage.lines = after.lines - before.lines;
  coverage.searches = after.source.searches - before.source.searches;
  return coverage;
}

std::uint32_t attempts_at(const TimeWindow& unit,
                          const std::vector<UnitCoverage>& coverage) noexcept {
  const auto known = std::ranges::find(coverage, unit, &UnitCoverage::unit);
  return known == coverage.end() ? 0 : known->attempts;
}

void add_attempt(std::vector<UnitCoverage>& coverage, const UnitCoverage& attempt) {
  const auto known = std::ranges::find(coverage, attempt.unit, &UnitCoverage::unit);
  if (known == coverage.end()) {
    coverage.push_back(attempt);
    return;
  }
  const bool was_done = known->is_done;
  const std::uint32_t attempts_before = known->attempts;
  *known = attempt;
  known->attempts += attempts_before;
  known->is_done = known->is_done || was_done;
}

}  // namespace vrni2syslog
