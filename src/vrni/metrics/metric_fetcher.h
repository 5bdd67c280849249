#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/api/failure_budget.h"
#include "vrni/metrics/counter_sum.h"
#include "vrni/metrics/metric_limits.h"
#include "vrni/metrics/metric_page.h"
#include "vrni/metrics/metric_ranges.h"

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
  std::vector<bool>
      is_failing;      ///< the platform does not answer for this entity: its sum says nothing
  std::string reason;  ///< why, of the last of them
};

/// Asks for the points of many flows by as few calls as the platform allows: one metric, and
/// as many flows and points of each in a call as MetricLimits allows. A call
/// that the platform cannot cope with is made again with fewer points, then with fewer flows; one
/// that it may have cut the answer of is checked by smaller ones.
class MetricFetcher {
 public:
  /// `api` must outlive it.
  explicit MetricFetcher(ApiClient& api) : api_(api) {}

  /// Replaces `answer`. Returns the failure where too many flows cannot be had, or where the budget
  /// is spent, and `answer` then says nothing; throws what ApiClient::try_call() throws.
  [[nodiscard]] std::optional<ApiFailure> fetch(const MetricQuestion& question,
                                                std::span<const std::string_view> ids,
                                                FailureBudget& budget, MetricSums& answer);

 private:
  /// The operation in its forms, the older first.
  enum class Form : std::uint8_t { Pairs, Lists };
  using Indices = std::span<const std::size_t>;  ///< of ids

  [[nodiscard]] std::optional<ApiFailure> fetch_range(const MetricRange& range, MetricSums& answer);
  [[nodiscard]] std::optional<ApiFailure> fetch_batches(const MetricRange& range, Indices flows,
                                                        MetricSums& answer);
  /// One batch, and once more what its answer leaves out, as far as that may have been cut off.
  [[nodiscard]] std::optional<ApiFailure> fetch_batch(const MetricRange& range, Indices batch,
                                                      MetricSums& answer);
  /// Sets sums_of_range_ and is_absent_ of the batch.
  [[nodiscard]] std::optional<ApiFailure> ask(const MetricRange& range, Indices batch,
                                              MetricSums& answer);
  [[nodiscard]] std::vector<std::size_t> absent_of(Indices flows) const;
  /// Adds the points to sums_of_range_; some of them where it returns a failure.
  [[nodiscard]] std::optional<ApiFailure> add_points(const MetricRange& range, Indices flows);
  /// The same in place of page_, which may lack points.
  [[nodiscard]] std::optional<ApiFailure> add_points_of_halves(const MetricRange& range,
                                                               Indices flows);
  [[nodiscard]] std::optional<ApiFailure> call_within_budget(const MetricRange& range,
                                                             Indices flows);
  [[nodiscard]] std::optional<ApiFailure> call(const MetricRange& range, Indices flows);
  [[nodiscard]] std::optional<ApiFailure> call_in_form(Form form, const MetricRange& range,
                                                       Indices flows);
  [[nodiscard]] std::string body_of(const MetricRange& range, Indices flows) const;
  void take_page(Indices flows);

  ApiClient& api_;
  std::optional<Form> form_;  ///< that the platform has answered
  MetricLimits limits_;
  // Of one fetch():
  MetricQuestion question_{};
  std::span<const std::string_view> ids_;
  std::unordered_map<std::string_view, std::size_t> index_of_;
  FailureBudget* budget_ = nullptr;
  std::optional<ApiFailure> last_failure_;
  std::size_t points_taken_ = 0;
  // Of one range, by flow:
  std::vector<CounterSum> sums_of_range_;
  std::vector<bool> is_absent_;  ///< left out of an answer
  MetricPage page_;
};

}  // namespace vrni2syslog
