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
  /// named before, and gives the others up.
  void prepare(std::span<const TimeWindow> units, const MakeReader& make_reader);

  /// Hands out the reading of a unit whose turn it is, and gives up those before it; all of them,
  /// and returns null, if there is none of this unit.
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
  /// A search had to be dropped, since its turn came too late.
  void note_old_search() noexcept { has_old_search_ = true; }

 private:
  void begin_search_after(std::size_t unit);
  [[nodiscard]] bool may_go_on_after(const UnitReader& reader) const;

  std::deque<std::shared_ptr<UnitReader>> readers_;
  bool are_units_small_ = false;
  bool has_old_search_ = false;
};

}  // namespace vrni2syslog
