#include "pipeline/run_statistics.h"

#include <algorithm>
#include <tuple>

namespace vrni2syslog {

UnitCoverage coverage_of(const TimeWindow& unit, const RunStatistics& before,
                         const RunStatistics& after) {
  UnitCoverage coverage;
  coverage.unit = unit;
  coverage.is_done = after.units_done > before.units_done;
  if (after.source.unannounced_units == before.source.unannounced_units)
    coverage.announced = after.source.announced - before.source.announced;
  coverage.received = after.source.received - before.source.received;
  coverage.left_out = after.left_out - before.left_out;
  coverage.partial = after.source.partial - before.source.partial;
  coverage.lines = after.lines - before.lines;
  coverage.searches = after.source.searches - before.source.searches;
  return coverage;
}

namespace {

/// Where the unit is, or belongs: the list is in the order of time.
template <typename List>
[[nodiscard]] auto place_of(const TimeWindow& unit, List& coverage) {
  const auto is_before = [](const UnitCoverage& known, const TimeWindow& wanted) {
    return std::tie(known.unit.start, known.unit.end) < std::tie(wanted.start, wanted.end);
  };
  return std::lower_bound(coverage.begin(), coverage.end(), unit, is_before);
}

}  // namespace

std::uint32_t attempts_at(const TimeWindow& unit,
                          const std::vector<UnitCoverage>& coverage) noexcept {
  const auto known = place_of(unit, coverage);
  return known == coverage.end() || known->unit != unit ? 0 : known->attempts;
}

void add_attempt(std::vector<UnitCoverage>& coverage, const UnitCoverage& attempt) {
  const auto known = place_of(attempt.unit, coverage);
  if (known == coverage.end() || known->unit != attempt.unit) {
    coverage.insert(known, attempt);
    return;
  }
  const bool was_done = known->is_done;
  const std::uint32_t attempts_before = known->attempts;
  *known = attempt;
  known->attempts += attempts_before;
  known->is_done = known->is_done || was_done;
}

}  // namespace vrni2syslog
