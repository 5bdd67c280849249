#include "pipeline/run_statistics.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace vrni2syslog {

void EpochCounts::set_reading(const ReadingStatistics& reading) noexcept {
  announced = reading.announced.value_or(0);
  unannounced = reading.announced ? 0 : 1;
  searches = reading.searches;
  rereads = reading.rereads;
  halvings = reading.halvings;
}

EpochCounts& EpochCounts::operator+=(const EpochCounts& other) noexcept {
  announced += other.announced;
  unannounced += other.unannounced;
  received += other.received;
  partial += other.partial;
  left_out += other.left_out;
  lines += other.lines;
  line_bytes += other.line_bytes;
  truncated += other.truncated;
  searches += other.searches;
  rereads += other.rereads;
  halvings += other.halvings;
  return *this;
}

namespace {

/// The place of the unit in the list, which is in the order of time, or the place where it belongs.
template <typename List>
[[nodiscard]] auto place_of(const TimeWindow& unit, List& coverage) {
  const auto is_before = [](const UnitCoverage& known, const TimeWindow& wanted) {
    return std::tie(known.unit.start, known.unit.end) < std::tie(wanted.start, wanted.end);
  };
  return std::lower_bound(coverage.begin(), coverage.end(), unit, is_before);
}

/// Adds the outcomes of earlier epochs: of collectors that have none here, and how often the others
/// were tried.
void add_earlier(std::vector<CollectorOutcome>& outcomes,
                 const std::vector<CollectorOutcome>& earlier) {
  for (const CollectorOutcome& before : earlier) {
    const auto same = std::ranges::find(outcomes, before.collector, &CollectorOutcome::collector);
    if (same != outcomes.end()) {
      same->attempts += before.attempts;
    } else {
      outcomes.push_back(before);
    }
  }
  std::ranges::sort(outcomes, {}, &CollectorOutcome::collector);
}

}  // namespace

std::uint32_t attempts_at(const TimeWindow& unit,
                          const std::vector<UnitCoverage>& coverage) noexcept {
  const auto known = place_of(unit, coverage);
  return known == coverage.end() || known->unit != unit ? 0 : known->attempts;
}

void add_attempt(std::vector<UnitCoverage>& coverage, UnitCoverage attempt) {
  const auto known = place_of(attempt.unit, coverage);
  if (known == coverage.end() || known->unit != attempt.unit) {
    add_earlier(attempt.collectors, {});
    coverage.insert(known, std::move(attempt));
    return;
  }
  attempt.attempts += known->attempts;
  attempt.is_done = attempt.is_done || known->is_done;
  add_earlier(attempt.collectors, known->collectors);
  *known = std::move(attempt);
}

}  // namespace vrni2syslog
