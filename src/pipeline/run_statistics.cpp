#include "pipeline/run_statistics.h"

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

}  // namespace vrni2syslog
