#pragma once

#include "base/clock.h"
#include "flow/time_window.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// A unit, and the collectors (by number) that are to get it now.
struct DeliveryStep {
  TimeWindow unit;
  std::vector<std::size_t> collectors;

  bool operator==(const DeliveryStep&) const = default;
};

/// Which unit goes to which collectors next. Each collector gets its units in order, none that it
/// has confirmed, and none before it has confirmed the one before. One that fails does not hold up
/// the others: they go on, and it follows as soon as it can.
class DeliveryPlan {
 public:
  /// `units` in order, without gaps. `watermarks` has the time of each collector up to which it has
  /// everything; a unit that one of them divides is cut there.
  DeliveryPlan(const std::vector<TimeWindow>& units, const std::vector<UnixSeconds>& watermarks);

  /// The oldest unit that a collector which is not waiting needs, for all of those that need it.
  [[nodiscard]] std::optional<DeliveryStep> next(SteadyTime now) const;
  /// Where next() has nothing: when the first of the waiting collectors is due; nothing once there
  /// is nothing left to do.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;

  /// The collector has confirmed the unit that was its next.
  void confirm(std::size_t collector);
  /// It has not, and shall get it again, but not before `due`.
  void postpone(std::size_t collector, SteadyTime due);
  /// It gets nothing more in this run.
  void give_up(std::size_t collector);

  [[nodiscard]] std::size_t unit_count() const noexcept { return units_.size(); }
  /// How many units every collector has confirmed.
  [[nodiscard]] std::size_t units_done() const;

 private:
  struct Progress {
    std::size_t next_unit = 0;
    SteadyTime due{};
    bool is_given_up = false;
  };
  [[nodiscard]] bool is_waiting_for_units(const Progress& collector) const noexcept {
    return !collector.is_given_up && collector.next_unit < units_.size();
  }

  std::vector<TimeWindow> units_;
  std::vector<Progress> collectors_;
};

}  // namespace vrni2syslog
