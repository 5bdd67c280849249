#pragma once

#include "base/log.h"
#include "flow/flow.h"
#include "vrni/api/api_client.h"
#include "vrni/metrics/flow_counter.h"
#include "vrni/metrics/metric_fetcher.h"
#include "vrni/metrics/metric_schema.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Adds counters to flows: the sums, over the unit, of those of the platform's metrics that are
/// asked for. That the platform has no metrics, or fails on them, fails no run and loses no flow:
/// it is told once, and the flows go without.
class FlowMetrics {
 public:
  /// `counters` are fields of flow_counters(); none means that the platform is asked for nothing.
  FlowMetrics(const std::vector<FlowField>& counters, ApiClient& api, Log& log);

  /// Sets the counters of flows that lie in the batch, whose ids must differ; those of which
  /// nothing but the identity is known are passed over. A flow without a point of a metric gets no
  /// field of it: not zero. Throws Error(Unconfirmed) where the run ends, and nothing else.
  void add(std::span<Flow> flows, FlowBatch& batch);

  /// How many flows went on without a counter that the platform has, or may have, because it did
  /// not answer.
  [[nodiscard]] std::uint64_t without() const noexcept { return without_; }

 private:
  struct Counter {
    FlowCounter what;
    std::chrono::seconds interval{0};
    FailureBudget budget{};
    int failures = 0;  ///< one after the other; with kMaxFailures it is not asked for any more
  };

  void read_schema();
  void keep_what_there_is(const MetricSchema& schema);
  void add_counter(Counter& counter, std::span<Flow* const> flows, FlowBatch& batch);
  /// Asks for the sums of ids_. False where there is no answer.
  [[nodiscard]] bool fetch(Counter& counter, const TimeWindow& unit);
  void record_failure(Counter& counter, const ApiFailure& failure);
  void report(const Counter& counter, std::string_view reason);
  void warn_of_long_interval(const Counter& counter, const TimeWindow& unit);

  ApiClient& api_;
  Log& log_;
  MetricFetcher fetcher_;
  std::vector<Counter> counters_;
  bool has_asked_for_schema_ = false;
  bool has_schema_ = false;
  // Of one add():
  std::vector<std::string_view> ids_;
  MetricSums answer_;
  std::vector<bool> is_without_;  ///< by flow
  bool is_out_of_reach_ = false;

  std::uint64_t without_ = 0;
  bool is_reported_ = false;
  bool has_warned_of_interval_ = false;
};

}  // namespace vrni2syslog
