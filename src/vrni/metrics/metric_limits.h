#pragma once

#include "vrni/api/call_in_parts.h"
#include "vrni/metrics/metric_page.h"
#include "vrni/metrics/metric_ranges.h"

#include <cstddef>
#include <span>

namespace vrni2syslog {

/// How much a platform answers in one call, learnt from its answers. Neither limit is documented
/// (src/vrni/README.md), and a platform may cut an answer in place of refusing the call: what it
/// left out must not pass as "no data".
class MetricLimits {
 public:
  /// Answers about no more flows are not taken to be cut.
  static constexpr std::size_t kFewIds = 8;
  /// The same of points of a flow. Flows that were active for a moment have a few.
  static constexpr std::size_t kFewPoints = 10;

  [[nodiscard]] std::size_t most_ids() const noexcept { return most_ids_; }
  [[nodiscard]] std::size_t most_points() const noexcept { return most_points_; }

  /// Takes note of the results of one call.
  void learn_from_answer(const MetricRange& range, std::span<const MetricSum> results) noexcept;

  /// How many of the flows that an answer leaves out are to be asked for again in one call, to see
  /// whether they are without data or were cut off; zero means none. At most `absent`, and fewer
  /// than `asked`.
  [[nodiscard]] std::size_t ids_to_repeat(std::size_t asked, std::size_t absent) const noexcept;
  /// Some of these were answered then, or none. The others are of the answer that left them out.
  void on_repeated_ids(std::size_t asked, std::size_t absent, bool has_some) noexcept;
  /// An answer without a flow says nothing of it: the platform tells "no data" otherwise, or it
  /// cuts answers. Else being left out is its way to tell "no data".
  [[nodiscard]] bool is_absence_unclear() const noexcept { return cuts_ids_ || has_empty_results_; }

  /// Whether the points of an answer look cut: flows end, or begin, together at a number of points
  /// that no flow has exceeded yet, inside the range. Then halves of the range tell.
  [[nodiscard]] bool may_lack_points(const MetricRange& range,
                                     std::span<const MetricSum> results) const noexcept;
  /// The halves had more points, or not, than the answer with `most` points of a flow.
  void on_halves(std::size_t most, bool has_more) noexcept;
  /// A call of more points fails.
  void on_fewer_points(std::size_t points) noexcept;
  /// A call of so many points has succeeded, so that one does not fail for their number.
  [[nodiscard]] bool has_had(std::size_t points) const noexcept { return points <= points_had_; }

 private:
  std::size_t most_ids_ = kMaxEntitiesPerCall;
  std::size_t most_results_ = 0;  ///< in an answer
  bool cuts_ids_ = false;
  bool has_repeated_ids_ = false;
  bool has_empty_results_ = false;

  std::size_t most_points_ = kMaxPointsPerCall;
  std::size_t most_points_of_flow_ = 0;
  std::size_t points_had_ = 0;
  int checks_in_vain_ = 0;
};

}  // namespace vrni2syslog
