#pragma once

#include "vrni/metrics/counter_sum.h"
#include "vrni/metrics/metric_ranges.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// An entity, and the sum of its points.
struct MetricSum {
  std::string_view id;
  CounterSum sum;
  std::size_t points = 0;  ///< in the range, those that say "no data" included
  UnixSeconds first{};     ///< stamps of the first and the last of them
  UnixSeconds last{};
};

/// What an answer of POST /metrics/fetch brought, in its own order.
struct MetricPage {
  std::string body;  ///< into which the ids point: a page is neither copied nor moved
  std::vector<MetricSum> sums;

  MetricPage() = default;
  MetricPage(const MetricPage&) = delete;
  MetricPage& operator=(const MetricPage&) = delete;
};

/// Reads an answer of POST /metrics/fetch or /metrics/fetch/v2, in which an
/// entity's points are pairs or two lists, and sums up those from the first to the last stamp of
/// `range`, one that comes twice by its last value. Entities without points have a sum without
/// points; results without an id are passed over. `page` is replaced. Returns what is wrong with
/// the answer, or nothing: a wrong sum is worse than none, so also where it has more results than
/// the `max_results` that were asked for, an entity twice, more points than there can be, points
/// that are none, or another interval.
[[nodiscard]] std::optional<std::string> read_metric_page(std::string body,
                                                          const MetricRange& range,
                                                          std::size_t max_results,
                                                          MetricPage& page);

}  // namespace vrni2syslog
