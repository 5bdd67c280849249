#pragma once

#include "flow/time_window.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>

namespace vrni2syslog {

class UnitReader;

/// The readings of the units that are likely to be read next, in their order. They begin before it
/// is their turn: so a platform that takes its time works on several units at once.
class ReadingsAhead {
 public:
  /// PlatformFlows shares every reading.
  using MakeReader = std::function<std::shared_ptr<UnitReader>(const TimeWindow&)>;

  /// These units are likely to be read next, in this order. Keeps the readings of those that were
  /// named before, and gives the others up. A unit that is named twice gets two readings: each is
  /// handed out once, since it comes to its end.
  void prepare(std::span<const TimeWindow> units, const MakeReader& make_reader);

  /// Hands out the reading of a unit whose turn it is, and gives up those before it. Returns null
  /// if there is none of this unit: the others may still be next.
  [[nodiscard]] std::shared_ptr<UnitReader> take(const TimeWindow& unit);

  /// Begins the search of the first unit, if the platform is ready for it. `current` is the reading
  /// that is in progress.
  void begin_first_search(const UnitReader& current);
  /// Begins searches and the first `most_fetches` fetches of all units together, as far as they are
  /// known and the platform is ready for them. `current` is the reading that is in progress; null
  /// if there is none.
  void begin(std::size_t most_fetches, const UnitReader* current);

  /// The units that were read have so few flows that searches several units ahead do not grow old.
  void set_units_small(bool are_small) noexcept { are_units_small_ = are_small; }
  /// A search had to be dropped, since its turn came too late: for a while, only the next unit is
  /// searched ahead.
  void note_old_search() noexcept { careful_turns_ = kCarefulTurns; }
  /// A search was still fresh when its turn came.
  void note_fresh_search() noexcept {
    if (careful_turns_ > 0) --careful_turns_;
  }

 private:
  void begin_search_after(std::size_t unit);
  [[nodiscard]] bool may_go_on_after(const UnitReader& reader) const;

  static constexpr int kCarefulTurns = 10;

  std::deque<std::shared_ptr<UnitReader>> readers_;
  bool are_units_small_ = false;
  int careful_turns_ = 0;
};

}  // namespace vrni2syslog
