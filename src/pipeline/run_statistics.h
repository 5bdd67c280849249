#pragma once

#include "flow/flow_source.h"
#include "flow/time_window.h"
#include "pipeline/epoch_sinks.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// Counts of an epoch, or of all epochs of a run together.
struct EpochCounts {
  std::uint64_t announced = 0;    ///< flows that the platform said there are
  std::uint64_t unannounced = 0;  ///< epochs for which it did not say that
  std::uint64_t received = 0;     ///< distinct flows of each epoch
  std::uint64_t partial = 0;      ///< of the received, those with nothing but their identity
  std::uint64_t left_out = 0;     ///< of the received, those that were sent before
  std::uint64_t lines = 0;        ///< of all lanes together, without manifests
  std::uint64_t line_bytes = 0;
  std::uint64_t truncated = 0;  ///< lines that were shortened
  std::uint64_t searches = 0;
  std::uint64_t rereads = 0;
  std::uint64_t halvings = 0;

  /// Takes over what a reading says of itself.
  void set_reading(const ReadingStatistics& reading) noexcept;
  EpochCounts& operator+=(const EpochCounts& other) noexcept;
};

/// The figures of a run, for progress, the closing summary and --report.
struct RunStatistics {
  std::uint64_t units_total = 0;
  std::uint64_t units_done = 0;         ///< confirmed by every collector
  std::uint64_t epochs_resent = 0;      ///< once more, for one collector or several
  std::uint64_t windows_recounted = 0;  ///< earlier ones, whose number of flows was asked again
  std::uint64_t late_flows = 0;         ///< received in late epochs, for earlier windows
  EpochCounts epochs;                   ///< all of them together, late ones included
  SourceStatistics source;
};

/// The outcome of one unit.
struct UnitCoverage {
  TimeWindow unit;
  std::uint32_t attempts = 1;  ///< epochs that were begun for it
  bool is_done = false;        ///< read whole, and confirmed by every collector
  EpochCounts last_epoch;
  /// The last epoch of each collector that took part in any, in the order of their numbers.
  std::vector<CollectorOutcome> collectors;
};

/// The number of epochs that were begun for a unit.
[[nodiscard]] std::uint32_t attempts_at(const TimeWindow& unit,
                                        const std::vector<UnitCoverage>& coverage) noexcept;

/// Adds an attempt at a unit to those before it: the last one counts, but what was done stays done,
/// and a collector that did not take part in it keeps the outcome that it had.
void add_attempt(std::vector<UnitCoverage>& coverage, UnitCoverage attempt);

}  // namespace vrni2syslog
