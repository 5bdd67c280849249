#pragma once

#include "vrni/api/call_in_parts.h"
#include "vrni/metrics/metric_answers.h"
#include "vrni/metrics/metric_ranges.h"

#include <cstddef>
#include <span>

namespace vrni2syslog {

/// How much a platform answers in one call, learnt from its answers. Neither limit is documented
/// (src/vrni/README.md), and a platform may cut an answer short in place of refusing the call: what
/// it leaves out must not pass as "no data".
class MetricLimits {
 public:
  /// An answer about this few flows is assumed to be complete.
  static constexpr std::size_t kTrustedIds = 8;
  /// An answer with this few points of a flow is assumed to be complete: flows that were active for
  /// a moment have a few.
  static constexpr std::size_t kTrustedPoints = 10;

  /// How many flows, and how many points of each, a call may ask for.
  [[nodiscard]] std::size_t most_ids() const noexcept { return most_ids_; }
  [[nodiscard]] std::size_t most_points() const noexcept { return most_points_; }

  /// Learns from the results of one call.
  void learn_from_answer(const MetricRange& range, std::span<const MetricSum> results) noexcept;

  /// An answer about `asked` flows lacks `absent` of them. Returns how many of these to ask for
  /// again in one call, to see whether they have no data or were cut off: at most `absent`, fewer
  /// than `asked`, and 0 for none.
  [[nodiscard]] std::size_t ids_to_repeat(std::size_t asked, std::size_t absent) const noexcept;
  /// The repeated call answered for some absent flows: the first answer had been cut.
  void on_cut_ids(std::size_t asked, std::size_t absent) noexcept;
  /// The repeated call answered for no absent flow: they have no data.
  void on_ids_without_data() noexcept { has_repeated_ids_ = true; }
  /// Whether a flow that an answer leaves out may have data all the same: the platform cuts
  /// answers, or it has another way to say "no data", the empty list.
  [[nodiscard]] bool is_absence_unclear() const noexcept { return cuts_ids_ || has_empty_results_; }

  /// Whether the points of an answer look cut: several flows end, or begin, inside the range at the
  /// same number of points, which no flow has exceeded yet. Then halves of the range are to be
  /// asked for.
  [[nodiscard]] bool may_lack_points(const MetricRange& range,
                                     std::span<const MetricSum> results) const noexcept;
  /// The halves had the same points as the answer: it was complete.
  void on_complete_points() noexcept { ++checks_in_vain_; }
  /// Calls for more than this many points fail, or their answers are cut.
  void on_fewer_points(std::size_t points) noexcept;
  /// A call with at least this many points has succeeded, so that their number makes none fail.
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
