#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "vrni/api/api_client.h"
#include "vrni/metrics/flow_counter.h"
#include "vrni/metrics/metric_answers.h"
#include "vrni/metrics/metric_fetcher.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Adds counters to flows: the sums, over the unit, of the platform's metrics that are asked for.
/// If the platform has no metrics, or fails on them, no run fails and no flow is lost: there is one
/// warning, and the flows go without.
class FlowMetrics {
 public:
  /// `counters` are fields of flow_counters(); if it is empty, the platform is asked for nothing.
  FlowMetrics(const std::vector<FlowField>& counters, ApiClient& api, Log& log);

  /// Calls about some flows, once they are known; some are begun. Dropping them breaks them off.
  using Questions = std::optional<std::vector<PendingCall>>;

  /// Begins in the background what add() will ask about these flows of the unit, as far as it is
  /// known. Returns false if the platform is not ready for one more call now; `questions` are to be
  /// handed in again then. While the platform fails to answer, nothing is asked ahead.
  [[nodiscard]] bool begin(std::span<const Flow> flows, const TimeWindow& unit,
                           Questions& questions);

  /// Sets the counters of flows, which must lie in the batch and have different ids. Takes the
  /// answers to what was begun for them. Partial flows are passed over. A flow without a point of a
  /// metric gets no field for it, rather than zero. Throws Error(Interrupted) or Error(Refused) if
  /// the whole run must end, and nothing else.
  void add(std::span<Flow> flows, FlowBatch& batch, Questions questions = {});

  /// How many flows went on without a counter that the platform has, or may have, because it did
  /// not answer.
  [[nodiscard]] std::uint64_t without() const noexcept { return without_; }

 private:
  [[nodiscard]] std::vector<PendingCall> questions_about(std::span<const Flow> flows,
                                                         const TimeWindow& unit) const;
  void read_schema();
  void keep_what_there_is(const MetricSchema& schema);
  void add_counter(FetchedMetric& metric, std::span<Flow* const> flows, FlowBatch& batch);
  /// Fetches the sums of ids_. False if there is no answer.
  [[nodiscard]] bool fetch(FetchedMetric& metric, const TimeWindow& unit);
  void record_failure(FetchedMetric& metric, const ApiFailure& failure);
  void report(const FetchedMetric& metric, std::string_view reason);
  void warn_of_long_interval(const FetchedMetric& metric, const TimeWindow& unit);

  ApiClient& api_;
  Log& log_;
  MetricFetcher fetcher_;
  std::vector<FetchedMetric> metrics_;
  int schema_failures_ = 0;  ///< in a row
  bool has_schema_ = false;

  // During one add():
  std::vector<std::string_view> ids_;
  std::vector<PendingCall> begun_;  ///< of its calls
  std::vector<bool> is_without_;    ///< by flow
  bool is_out_of_reach_ = false;

  std::uint64_t without_ = 0;
  bool is_reported_ = false;
  bool has_warned_of_interval_ = false;
};

}  // namespace vrni2syslog
