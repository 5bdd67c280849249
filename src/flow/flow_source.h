#pragma once

#include "flow/flow.h"

#include <cstdint>
#include <memory>

namespace vrni2syslog {

/// What a source has done since the program began; for progress and the summary.
struct SourceStatistics {
  std::uint64_t announced = 0;          ///< flows that the platform said the units read so far have
  std::uint64_t unannounced_units = 0;  ///< of which the platform never said how many they have
  std::uint64_t received = 0;           ///< distinct flows handed on
  std::uint64_t partial = 0;            ///< of these, handed on with nothing but their identity
  /// Of those received, without counters that were asked for, since the platform did not answer.
  std::uint64_t without_metrics = 0;
  std::uint64_t searches = 0;   ///< paged through, one for each window where all goes well
  std::uint64_t rereads = 0;    ///< of these, for windows that had been searched before
  std::uint64_t halvings = 0;   ///< windows that could be read in parts only
  std::uint64_t calls = 0;      ///< requests sent to the platform
  std::uint64_t retries = 0;    ///< of these, repeats after a failure
  std::uint64_t throttled = 0;  ///< answers of 429
};

/// Where flows come from: the platform in a run, a list in a test.
class FlowSource {
 public:
  FlowSource() = default;
  FlowSource(const FlowSource&) = delete;
  FlowSource& operator=(const FlowSource&) = delete;
  virtual ~FlowSource() = default;

  /// Begins to read a unit from its start; what is left of the one before is forgotten.
  virtual void open(const TimeWindow& unit) = 0;

  /// The next flows of the unit, in the order in which the platform lists them, each flow once;
  /// null at the end of the unit. Throws Error(Unreachable, Refused, Data, LoginRefused or
  /// Interrupted) when the unit cannot be read whole.
  [[nodiscard]] virtual std::unique_ptr<FlowBatch> next() = 0;

  [[nodiscard]] virtual SourceStatistics statistics() const = 0;
};

}  // namespace vrni2syslog
