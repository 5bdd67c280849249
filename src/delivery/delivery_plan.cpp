#include "delivery/delivery_plan.h"

#include <algorithm>

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
                           const std::vector<UnixSeconds>& watermarks)
    : units_(cut(units, watermarks)) {
  for (const UnixSeconds watermark : watermarks) {
    Progress progress;
    progress.due = SteadyTime::min();
    while (progress.next_unit < units_.size() && units_[progress.next_unit].end <= watermark)
      ++progress.next_unit;
    collectors_.push_back(progress);
  }
}

std::optional<DeliveryStep> DeliveryPlan::next(SteadyTime now) const {
  std::size_t oldest = units_.size();
  std::vector<std::size_t> wanting;
  for (std::size_t i = 0; i < collectors_.size(); ++i) {
    const Progress& collector = collectors_[i];
    if (!is_waiting_for_units(collector) || collector.due > now || collector.next_unit > oldest)
      continue;
    if (collector.next_unit < oldest) wanting.clear();
    oldest = collector.next_unit;
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

std::optional<TimeWindow> DeliveryPlan::unit_after(const DeliveryStep& step, SteadyTime now) const {
  DeliveryPlan confirmed = *this;
  for (const std::size_t collector : step.collectors) confirmed.confirm(collector);
  const std::optional<DeliveryStep> next_step = confirmed.next(now);
  return next_step ? std::optional(next_step->unit) : std::nullopt;
}

void DeliveryPlan::confirm(std::size_t collector) {
  Progress& its = collectors_.at(collector);
  ++its.next_unit;
  its.failed_attempts = 0;
  its.last_failure.reset();
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

std::vector<Error> DeliveryPlan::reasons_of_giving_up() const {
  std::vector<Error> reasons;
  for (const Progress& collector : collectors_) {
    if (collector.given_up_for) reasons.push_back(*collector.given_up_for);
  }
  return reasons;
}

std::size_t DeliveryPlan::units_done() const {
  std::size_t done = units_.size();
  for (const Progress& collector : collectors_) done = std::min(done, collector.next_unit);
  return done;
}

}  // namespace vrni2syslog
