#pragma once

#include "flow/time_window.h"
#include "vrni/api_client.h"
#include "vrni/counter_sum.h"
#include "vrni/metric_page.h"
#include "vrni/metric_ranges.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// What is asked: the sum of a metric over a unit.
struct MetricQuestion {
  std::string_view metric;
  std::chrono::seconds interval;
  TimeWindow unit;
};

/// One for each entity that was asked for, in their order.
struct MetricSums {
  std::vector<CounterSum> sums;
  std::vector<bool> is_failing;  ///< the platform fails on this entity: its sum says nothing
  std::string reason;            ///< why, of the last of them
};

/// Asks for the points of many flows by as few calls as the platform allows: one metric, up to
/// kMaxEntitiesPerCall flows and kMaxPointsPerCall points of each in a call (vrni-api: metrics). A
/// call that the platform cannot cope with is made again with fewer points, then with fewer flows.
class MetricFetcher {
 public:
  /// `api` must outlive it.
  explicit MetricFetcher(ApiClient& api) : api_(api) {}

  /// Replaces `answer`. Returns the failure where too many flows cannot be had, and `answer` then
  /// says nothing; throws what ApiClient::try_call() throws.
  [[nodiscard]] std::optional<ApiFailure> fetch(const MetricQuestion& question,
                                                std::span<const std::string_view> ids,
                                                MetricSums& answer);

 private:
  /// The operation in its forms, the older first.
  enum class Form : std::uint8_t { Pairs, Lists };
  using Indices = std::span<const std::size_t>;  ///< of ids

  [[nodiscard]] std::optional<ApiFailure> fetch_range(const MetricRange& range, MetricSums& answer);
  /// Adds the points to sums_of_range_; some of them where it returns a failure.
  [[nodiscard]] std::optional<ApiFailure> add_points(const MetricRange& range, Indices flows);
  [[nodiscard]] std::optional<ApiFailure> call(const MetricRange& range, Indices flows);
  [[nodiscard]] std::optional<ApiFailure> call_in_form(Form form, const MetricRange& range,
                                                       Indices flows);
  [[nodiscard]] std::string body_of(const MetricRange& range, Indices flows) const;
  void take_page();

  ApiClient& api_;
  std::optional<Form> form_;  ///< that the platform has answered
  std::size_t max_points_ = kMaxPointsPerCall;
  // Of one fetch():
  MetricQuestion question_{};
  std::span<const std::string_view> ids_;
  std::unordered_map<std::string_view, std::size_t> index_of_;
  std::vector<CounterSum> sums_of_range_;
  MetricPage page_;
};

}  // namespace vrni2syslog
