#include "vrni/metrics/metric_limits.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// A platform that cuts answers is found out by one of the first; one that does not must not pay
/// for it in every call.
constexpr int kMaxChecksInVain = 8;

[[nodiscard]] std::size_t most_points_of(std::span<const MetricSum> results) noexcept {
  std::size_t most = 0;
  for (const MetricSum& result : results) most = std::max(most, result.points);
  return most;
}

}  // namespace

void MetricLimits::learn_from_answer(const MetricRange& range,
                                     std::span<const MetricSum> results) noexcept {
  most_results_ = std::max(most_results_, results.size());
  points_had_ = std::max(points_had_, range.points);
  most_points_of_flow_ = std::max(most_points_of_flow_, most_points_of(results));
  const auto is_empty = [](const MetricSum& result) { return !result.sum.is_known(); };
  has_empty_results_ = has_empty_results_ || std::ranges::any_of(results, is_empty);
}

std::size_t MetricLimits::ids_to_repeat(std::size_t asked, std::size_t absent) const noexcept {
  if (absent == 0 || asked <= kFewIds) return 0;
  const std::size_t answered = asked - absent;
  // An answer that is cut has as many results as there can be.
  const bool is_suspicious =
      cuts_ids_ || !has_repeated_ids_ || (answered > 0 && answered >= most_results_);
  return is_suspicious ? std::min(absent, std::max(answered, kFewIds)) : 0;
}

void MetricLimits::on_repeated_ids(std::size_t asked, std::size_t absent, bool has_some) noexcept {
  has_repeated_ids_ = true;
  if (!has_some) return;
  cuts_ids_ = true;
  const std::size_t fewer = absent < asked ? asked - absent : asked / 2;
  most_ids_ = std::min(most_ids_, std::max(fewer, kFewIds));
}

bool MetricLimits::may_lack_points(const MetricRange& range,
                                   std::span<const MetricSum> results) const noexcept {
  const std::size_t most = most_points_of(results);
  if (most < kFewPoints || most >= range.points || most < most_points_of_flow_) return false;
  if (checks_in_vain_ >= kMaxChecksInVain) return false;
  std::size_t early_ends = 0;
  std::size_t late_beginnings = 0;
  for (const MetricSum& result : results) {
    if (result.points != most) continue;
    if (result.last < range.last()) ++early_ends;
    if (result.first > range.first) ++late_beginnings;
  }
  // One flow alone may have been active for a part of the time.
  const std::size_t enough = std::min<std::size_t>(2, results.size());
  return early_ends >= enough || late_beginnings >= enough;
}

void MetricLimits::on_halves(std::size_t most, bool has_more) noexcept {
  if (has_more) {
    most_points_ = std::min(most_points_, most);
  } else {
    ++checks_in_vain_;
  }
}

void MetricLimits::on_fewer_points(std::size_t points) noexcept {
  most_points_ = std::min(most_points_, points);
}

}  // namespace vrni2syslog
