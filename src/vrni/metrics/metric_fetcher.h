#pragma once

#include "flow/time_window.h"
#include "vrni/api/api_client.h"
#include "vrni/metrics/counter_sum.h"
#include "vrni/metrics/failure_budget.h"
#include "vrni/metrics/flow_counter.h"
#include "vrni/metrics/metric_answers.h"
#include "vrni/metrics/metric_limits.h"
#include "vrni/metrics/metric_ranges.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// A metric that is asked for in this run.
struct FetchedMetric {
  FlowCounter counter;
  std::chrono::seconds interval{0};  ///< the shortest that the platform has
  FailureBudget budget{};
};

/// Asks for the points of many flows by as few calls as the platform allows: one metric, and as
/// many flows and points of each in a call as MetricLimits says. If the platform cannot cope with a
/// call, it is made again with fewer points, then with fewer flows; if an answer may have been cut,
/// smaller calls check it.
class MetricFetcher {
 public:
  /// `api` must outlive it.
  explicit MetricFetcher(ApiClient& api) : api_(api) {}

  /// Fetches the sums of a metric over a unit, for the flows with these ids, which must differ.
  /// Replaces sums() and reason(). Those of the calls that were `begun` are taken from there. Fails
  /// if too many flows cannot be had, or if the budget is spent; sums() then says nothing. Throws
  /// what ApiClient::try_call() throws.
  [[nodiscard]] CallOutcome fetch(FetchedMetric& metric, const TimeWindow& unit,
                                  std::span<const std::string_view> ids,
                                  std::vector<PendingCall>& begun);

  /// Appends the calls that fetch() makes if nothing goes wrong, in their order, until there are
  /// `most` of them. None before the platform has answered one.
  void append_calls(const FetchedMetric& metric, const TimeWindow& unit,
                    std::span<const std::string_view> ids, std::size_t most,
                    std::vector<PendingCall>& calls) const;

  /// The sums, in the order of the ids. nullopt if the platform does not answer for this flow.
  [[nodiscard]] const std::vector<std::optional<CounterSum>>& sums() const noexcept {
    return sums_;
  }
  /// Why the platform did not answer for the last of these flows.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  using Indices = std::span<const std::size_t>;  ///< of ids_

  [[nodiscard]] CallOutcome fetch_range(const MetricRange& range);
  [[nodiscard]] CallOutcome fetch_batches(const MetricRange& range, Indices flows);
  /// Fetches one batch, and asks again for what its answer leaves out if that may have been cut.
  [[nodiscard]] CallOutcome fetch_batch(const MetricRange& range, Indices batch);
  /// Sets sums_of_range_ and is_absent_ of the batch.
  [[nodiscard]] CallOutcome ask(const MetricRange& range, Indices batch);
  [[nodiscard]] std::vector<std::size_t> absent_of(Indices flows) const;
  /// Adds the points to sums_of_range_; only some of them if it fails.
  [[nodiscard]] CallOutcome add_points(const MetricRange& range, Indices flows);
  /// Does the same by two calls, in the place of results_, which may lack points.
  [[nodiscard]] CallOutcome add_points_of_halves(const MetricRange& range, Indices flows);
  [[nodiscard]] CallOutcome call_within_budget(const MetricRange& range, Indices flows);
  [[nodiscard]] CallOutcome call(const MetricRange& range, Indices flows);
  [[nodiscard]] CallOutcome call_operation(std::string_view path, const MetricRange& range,
                                           Indices flows);
  /// The call as it was begun, if it was.
  [[nodiscard]] PendingCall take_begun(ApiCall call);
  /// Adds results_ to sums_of_range_.
  void take_results(Indices flows);

  ApiClient& api_;
  std::string_view path_;  ///< of the operation that the platform has answered; empty at first
  MetricLimits limits_;

  // During one fetch():
  FetchedMetric* metric_ = nullptr;
  UnixSeconds unit_end_{};
  std::span<const std::string_view> ids_;
  std::vector<PendingCall>* begun_ = nullptr;  ///< calls, of which these are taken
  std::unordered_map<std::string_view, std::size_t> index_of_;
  std::optional<ApiFailure> last_failure_;
  std::size_t points_taken_ = 0;
  std::vector<std::optional<CounterSum>> sums_;
  std::string reason_;

  // During one range, by flow:
  std::vector<CounterSum> sums_of_range_;
  std::vector<bool> is_absent_;  ///< the answer has left it out

  std::string body_;  ///< of the last answer; the ids of results_ point into it
  std::vector<MetricSum> results_;
};

}  // namespace vrni2syslog
