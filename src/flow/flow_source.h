#pragma once

#include "base/error.h"
#include "flow/flow.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace vrni2syslog {

/// The effort spent on reading a unit so far.
struct ReadingStatistics {
  /// Flows that the platform says the unit has; nullopt as long as it has not said.
  std::optional<std::uint64_t> announced{};
  std::uint64_t searches = 0;  ///< paged through; one for each window if all goes well
  std::uint64_t rereads = 0;   ///< of these, for windows that had been searched before
  std::uint64_t halvings = 0;  ///< windows that could only be read in parts
};

/// What a source has done since the program began, for all units together.
struct SourceStatistics {
  std::uint64_t without_metrics = 0;  ///< flows without the counters that were asked for
  std::uint64_t versions_reused = 0;  ///< flows that it has given before and had not to fetch again
  std::uint64_t calls = 0;            ///< requests sent to the platform
  std::uint64_t retries = 0;          ///< of these, repeated after a failure
  std::uint64_t throttled = 0;        ///< answers of 429
};

/// One reading of a unit, which is sent as one epoch. Used by one thread.
class FlowEpoch {
 public:
  explicit FlowEpoch(const TimeWindow& window) : window_(window) {}
  FlowEpoch(const FlowEpoch&) = delete;
  FlowEpoch& operator=(const FlowEpoch&) = delete;
  virtual ~FlowEpoch() = default;

  [[nodiscard]] const TimeWindow& window() const noexcept { return window_; }

  /// The next flows of the unit, in the order in which the source lists them, each flow once;
  /// null at the end of the unit, and ever after. Waits for the source: nothing is asked of it
  /// before the first call. Throws Error(Unreachable, Refused, Data, LoginRefused or Interrupted)
  /// if the unit cannot be read whole; the reading is then over.
  [[nodiscard]] virtual std::unique_ptr<FlowBatch> next() = 0;

  [[nodiscard]] virtual ReadingStatistics statistics() const = 0;

  /// After the end: why the unit does not count as delivered even if all that next() has returned
  /// is confirmed, since there is more that another reading may bring. nullopt if there is not.
  [[nodiscard]] virtual std::optional<Error> shortfall() const { return std::nullopt; }

  /// Whether these are only the flows of the unit that could be found after it had been sent.
  [[nodiscard]] virtual bool is_late() const { return false; }

  /// Called when every collector of this epoch has confirmed it and, if there is a ledger, that is
  /// written down. Other collectors may still lack the unit; they get it in another epoch. Never
  /// called for late epochs.
  virtual void confirmed() {}

 private:
  TimeWindow window_;
};

/// A source whose flows can be read unit by unit, as often as needed: the platform in a run, a list
/// in a test.
class FlowSource {
 public:
  FlowSource() = default;
  FlowSource(const FlowSource&) = delete;
  FlowSource& operator=(const FlowSource&) = delete;
  virtual ~FlowSource() = default;

  /// Begins to read a unit from its start. The source must outlive the reading. Only one reading
  /// may be in progress: the one before must have come to its end, or be destroyed.
  [[nodiscard]] virtual std::unique_ptr<FlowEpoch> read(const TimeWindow& unit) = 0;

  /// A hint: these units are likely to be read next, in this order; one may be named twice. The
  /// source may begin to ask for their flows when it has little else to ask for. What it has begun
  /// for units that another hint does not name, or that come before one that is read, is given up:
  /// everything by a hint that names none. Reading a unit comes to the same as without the hint,
  /// and so do its failures.
  virtual void prepare(std::span<const TimeWindow> /*units*/) {}

  /// How many flows the unit has, as far as the source tells. No reading may be in progress. Throws
  /// what FlowEpoch::next() throws, Error(Data) if the source does not tell.
  [[nodiscard]] virtual std::uint64_t count(const TimeWindow& unit) = 0;

  /// A hint: these units are likely to be counted next, in this order. The source may ask about
  /// several at once. A count may then be up to a minute old; apart from that, counting comes to
  /// the same as without the hint.
  virtual void prepare_counts(std::span<const TimeWindow> /*units*/) {}

  /// Whether a count of this many may be where the source stops counting.
  [[nodiscard]] virtual bool may_be_counting_limit(std::uint64_t /*count*/) const { return false; }

  [[nodiscard]] virtual SourceStatistics statistics() const = 0;
};

}  // namespace vrni2syslog
