#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "flow/time_window.h"

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

namespace vrni2syslog {

/// A unit, and the collectors (by number) that are to get it now.
struct DeliveryStep {
  TimeWindow unit;
  std::vector<std::size_t> collectors;

  bool operator==(const DeliveryStep&) const = default;
};

/// Decides which unit goes to which collectors next. Each collector gets its units in order,
/// and a unit only once it has confirmed the one before. A collector that fails does not hold up
/// the others: they go on, and it follows as soon as it can.
class DeliveryPlan {
 public:
  /// `units` are in order, without gaps. `watermarks` has for each collector the time up to which
  /// it has everything, except for the windows that it is owed, which `owed` has for each collector
  /// in order; these come first. A unit that a watermark divides is cut in two there.
  DeliveryPlan(const std::vector<TimeWindow>& units, const std::vector<UnixSeconds>& watermarks,
               const std::vector<std::vector<TimeWindow>>& owed = {});

  /// Looks only at collectors that are not waiting for another attempt. Returns the oldest unit
  /// that one of them needs, with all of them that need it.
  [[nodiscard]] std::optional<DeliveryStep> next(SteadyTime now) const;
  /// When the first of the collectors that need a unit is due; nullopt once there is nothing left
  /// to do.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  /// The units that come next if every collector confirms what it is sent, from `step` on; `most`
  /// or fewer.
  [[nodiscard]] std::vector<TimeWindow> units_after(const DeliveryStep& step, SteadyTime now,
                                                    std::size_t most) const;

  /// The collector has confirmed the unit that was its next.
  void confirm(std::size_t collector);
  /// The unit that was its next cannot be had now: the collector goes on with the one after it.
  void pass_over(std::size_t collector);
  /// The collector has not confirmed it. Returns the number of its attempts that have failed in a
  /// row, this one included.
  int fail(std::size_t collector);
  /// After fail(): the collector gets the unit again, but not before `due`.
  void postpone(std::size_t collector, SteadyTime due, const Error& failure);
  /// After fail(): it gets nothing more in this run.
  void give_up(std::size_t collector, const Error& reason);

  [[nodiscard]] std::size_t unit_count() const noexcept { return units_.size(); }
  /// Whether every collector has confirmed the unit, also where it comes twice: for one that is
  /// owed it, and for another one that has still to get it.
  [[nodiscard]] bool is_done(const TimeWindow& unit) const;
  /// The number of units that every collector has confirmed.
  [[nodiscard]] std::size_t units_done() const;

  /// The number of the collector's attempts that have failed in a row.
  [[nodiscard]] int failed_attempts(std::size_t collector) const;
  /// Why the collector's next unit was postponed last; nullopt if it was not postponed.
  [[nodiscard]] const std::optional<Error>& last_failure(std::size_t collector) const;
  /// The collectors that were given up.
  [[nodiscard]] std::set<std::size_t> given_up() const;
  /// Why collectors were given up, in the order of their numbers.
  [[nodiscard]] std::vector<Error> reasons_of_giving_up() const;

 private:
  struct Progress {
    std::vector<std::size_t> units;  ///< that it needs, in order
    std::size_t position = 0;        ///< in `units`
    SteadyTime due = SteadyTime::min();
    int failed_attempts = 0;
    std::optional<Error> last_failure;
    std::optional<Error> given_up_for;
  };
  [[nodiscard]] static bool is_waiting_for_units(const Progress& collector) noexcept {
    return !collector.given_up_for && collector.position < collector.units.size();
  }
  void move_to_next_unit(Progress& collector) noexcept;

  std::vector<TimeWindow> units_;
  std::vector<std::size_t> needed_by_;  ///< by unit: collectors that have not confirmed it
  std::vector<Progress> collectors_;
};

}  // namespace vrni2syslog
