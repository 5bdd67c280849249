#include "vrni/metrics/metric_limits.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// A platform that cuts answers is found out by one of the first of these checks; one that does not
/// must not pay for a check in every call.
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
  if (absent == 0 || asked <= kTrustedIds) return 0;
  const std::size_t answered = asked - absent;
  // A cut answer has as many results as the platform ever gives.
  const bool is_suspicious =
      cuts_ids_ || !has_repeated_ids_ || (answered > 0 && answered >= most_results_);
  return is_suspicious ? std::min(absent, std::max(answered, kTrustedIds)) : 0;
}

void MetricLimits::on_cut_ids(std::size_t asked, std::size_t absent) noexcept {
  has_repeated_ids_ = true;
  cuts_ids_ = true;
  const std::size_t fewer = absent < asked ? asked - absent : asked / 2;
  most_ids_ = std::min(most_ids_, std::max(fewer, kTrustedIds));
}

bool MetricLimits::may_lack_points(const MetricRange& range,
                                   std::span<const MetricSum> results) const noexcept {
  const std::size_t most = most_points_of(results);
  if (most < kTrustedPoints || most >= range.points || most < most_points_of_flow_) return false;
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

void MetricLimits::on_fewer_points(std::size_t points) noexcept {
  most_points_ = std::min(most_points_, points);
}

}  // namespace vrni2syslog
