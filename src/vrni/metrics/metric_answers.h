#pragma once

#include "vrni/api/api_call.h"
#include "vrni/metrics/counter_sum.h"
#include "vrni/metrics/metric_ranges.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The metrics that the platform has of flows, each with its shortest interval.
using MetricSchema = std::map<std::string, std::chrono::seconds, std::less<>>;

/// Reads an answer of GET /schema/Flow/metrics into `schema`, whose content it replaces. Metrics
/// without a usable interval, of a minute to a year, are passed over.
[[nodiscard]] BodyOutcome read_metric_schema(std::string& body, MetricSchema& schema);

/// One result of an answer of POST /metrics/fetch: an entity, and the sum of its points.
struct MetricSum {
  std::string_view id;  ///< in the body of the answer
  CounterSum sum;
  std::size_t points = 0;  ///< in the range; those that mean "no data" count, too
  UnixSeconds first{};     ///< stamp of the first of these points
  UnixSeconds last{};      ///< stamp of the last one
};

/// Reads an answer of POST /metrics/fetch, in which an entity's points are pairs, or of
/// /metrics/fetch/v2, in which they are two lists. Sums up the points from the first to the last
/// stamp of `range`; if a stamp comes twice, its last value counts. `sums` is replaced; they are in
/// the order of the answer and point into `body`. An entity without points has a sum that is not
/// known; results without an id are passed over.
///
/// A wrong sum is worse than none: an answer is also refused if it has more results than the
/// `max_results` that were asked for, an entity twice, more points than there can be, points of an
/// unknown form, or another interval.
[[nodiscard]] BodyOutcome read_metric_sums(std::string& body, const MetricRange& range,
                                           std::size_t max_results, std::vector<MetricSum>& sums);

}  // namespace vrni2syslog
