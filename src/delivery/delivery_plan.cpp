#include "delivery/delivery_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::vector<TimeWindow> cut(const std::vector<TimeWindow>& units,
                                          std::vector<UnixSeconds> times) {
  std::ranges::sort(times);
  std::vector<TimeWindow> parts;
  for (TimeWindow unit : units) {
    for (const UnixSeconds time : times) {
      if (time <= unit.start || time >= unit.end) continue;
      parts.push_back({unit.start, time});
      unit.start = time;
    }
    parts.push_back(unit);
  }
  return parts;
}

}  // namespace

DeliveryPlan::DeliveryPlan(const std::vector<TimeWindow>& units,
                           const std::vector<UnixSeconds>& watermarks,
                           const std::vector<std::vector<TimeWindow>>& owed) {
  for (const std::vector<TimeWindow>& windows : owed)
    units_.insert(units_.end(), windows.begin(), windows.end());
  units_ = sorted_distinct(std::move(units_));
  const std::size_t first_new = units_.size();
  std::ranges::copy(cut(units, watermarks), std::back_inserter(units_));
  needed_by_.resize(units_.size());
  for (std::size_t number = 0; number < watermarks.size(); ++number) {
    Progress& collector = collectors_.emplace_back();
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      const bool is_owed =
          unit < first_new && std::ranges::find(owed[number], units_[unit]) != owed[number].end();
      const bool is_new = unit >= first_new && units_[unit].end > watermarks[number];
      if (!is_owed && !is_new) continue;
      collector.units.push_back(unit);
      ++needed_by_[unit];
    }
  }
}

std::optional<DeliveryStep> DeliveryPlan::next(SteadyTime now) const {
  std::size_t oldest = units_.size();
  std::vector<std::size_t> wanting;
  for (std::size_t i = 0; i < collectors_.size(); ++i) {
    const Progress& collector = collectors_[i];
    if (!is_waiting_for_units(collector) || collector.due > now) continue;
    const std::size_t unit = collector.units[collector.position];
    if (unit > oldest) continue;
    if (unit < oldest) wanting.clear();
    oldest = unit;
    wanting.push_back(i);
  }
  if (wanting.empty()) return std::nullopt;
  return DeliveryStep{units_[oldest], wanting};
}

std::optional<SteadyTime> DeliveryPlan::next_due() const {
  std::optional<SteadyTime> first;
  for (const Progress& collector : collectors_) {
    if (is_waiting_for_units(collector))
      first = std::min(first.value_or(collector.due), collector.due);
  }
  return first;
}

std::vector<TimeWindow> DeliveryPlan::units_after(const DeliveryStep& step, SteadyTime now,
                                                  std::size_t most) const {
  DeliveryPlan confirmed = *this;
  std::vector<TimeWindow> units;
  std::optional<DeliveryStep> last = step;
  while (units.size() < most) {
    for (const std::size_t collector : last->collectors) confirmed.confirm(collector);
    last = confirmed.next(now);
    if (!last) break;
    units.push_back(last->unit);
  }
  return units;
}

void DeliveryPlan::confirm(std::size_t collector) {
  Progress& its = collectors_.at(collector);
  --needed_by_[its.units[its.position]];
  move_to_next_unit(its);
}

void DeliveryPlan::pass_over(std::size_t collector) {
  move_to_next_unit(collectors_.at(collector));
}

void DeliveryPlan::move_to_next_unit(Progress& collector) noexcept {
  ++collector.position;
  collector.failed_attempts = 0;
  collector.last_failure.reset();
}

int DeliveryPlan::fail(std::size_t collector) {
  return ++collectors_.at(collector).failed_attempts;
}

void DeliveryPlan::postpone(std::size_t collector, SteadyTime due, const Error& failure) {
  Progress& its = collectors_.at(collector);
  its.due = due;
  its.last_failure = failure;
}

void DeliveryPlan::give_up(std::size_t collector, const Error& reason) {
  collectors_.at(collector).given_up_for = reason;
}

int DeliveryPlan::failed_attempts(std::size_t collector) const {
  return collectors_.at(collector).failed_attempts;
}

const std::optional<Error>& DeliveryPlan::last_failure(std::size_t collector) const {
  return collectors_.at(collector).last_failure;
}

std::set<std::size_t> DeliveryPlan::given_up() const {
  std::set<std::size_t> numbers;
  for (std::size_t i = 0; i < collectors_.size(); ++i) {
    if (collectors_[i].given_up_for) numbers.insert(i);
  }
  return numbers;
}

std::vector<Error> DeliveryPlan::reasons_of_giving_up() const {
  std::vector<Error> reasons;
  for (const Progress& collector : collectors_) {
    if (collector.given_up_for) reasons.push_back(*collector.given_up_for);
  }
  return reasons;
}

bool DeliveryPlan::is_done(const TimeWindow& unit) const {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i] == unit && needed_by_[i] > 0) return false;
  }
  return true;
}

std::size_t DeliveryPlan::units_done() const {
  return static_cast<std::size_t>(std::ranges::count(needed_by_, 0U));
}

}  // namespace vrni2syslog
