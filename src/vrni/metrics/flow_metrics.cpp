#include "vrni/metrics/flow_metrics.h"

#include "base/duration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr int kNotFound = 404;
/// About one batch: more than there are metrics, and each holds the ids of up to a thousand flows.
constexpr std::size_t kMostQuestionsAhead = 8;

}  // namespace

FlowMetrics::FlowMetrics(const std::vector<FlowField>& counters, ApiClient& api, Log& log)
    : api_(api), log_(log), fetcher_(api) {
  for (const FlowCounter& counter : flow_counters()) {
    if (std::ranges::find(counters, counter.field) != counters.end())
      metrics_.push_back({.counter = counter});
  }
}

bool FlowMetrics::begin(std::span<const Flow> flows, const TimeWindow& unit, Questions& questions) {
  const auto is_failing = [](const FetchedMetric& metric) { return metric.budget.is_touched(); };
  if (!has_schema_ || std::ranges::any_of(metrics_, is_failing)) return true;
  if (!questions) questions = questions_about(flows, unit);
  return std::ranges::all_of(*questions, [this](PendingCall& question) {
    return question.is_begun() || api_.begin(question);
  });
}

std::vector<PendingCall> FlowMetrics::questions_about(std::span<const Flow> flows,
                                                      const TimeWindow& unit) const {
  std::vector<std::string_view> ids;
  for (const Flow& flow : flows) {
    if (!flow.is_partial) ids.push_back(flow.id);
  }
  std::vector<PendingCall> questions;
  for (const FetchedMetric& metric : metrics_)
    fetcher_.append_calls(metric, unit, ids, kMostQuestionsAhead, questions);
  return questions;
}

void FlowMetrics::add(std::span<Flow> flows, FlowBatch& batch, Questions questions) {
  if (metrics_.empty() || flows.empty()) return;
  begun_ = std::move(questions).value_or(std::vector<PendingCall>());
  if (!has_schema_ && schema_failures_ < FailureBudget::kMaxVainBatches) read_schema();
  std::vector<Flow*> known;
  ids_.clear();
  for (Flow& flow : flows) {
    if (flow.is_partial) continue;
    known.push_back(&flow);
    ids_.push_back(flow.id);
  }
  is_without_.assign(known.size(), !has_schema_);
  is_out_of_reach_ = false;
  if (has_schema_ && !known.empty()) {
    for (FetchedMetric& metric : metrics_) add_counter(metric, known, batch);
  }
  begun_.clear();
  without_ += static_cast<std::uint64_t>(std::ranges::count(is_without_, true));
}

void FlowMetrics::read_schema() {
  MetricSchema schema;
  const ApiCall question{.method = "GET",
                         .path = "/schema/Flow/metrics",
                         .body = {},
                         .is_optional = true,
                         .patience = Patience::Bounded};
  std::string reason;
  try {
    const CallOutcome outcome = api_.try_call(
        question, [&](std::string& body) { return read_metric_schema(body, schema); });
    if (outcome) return keep_what_there_is(schema);
    reason = outcome.problem().error.what();
  } catch (const Error& error) {
    if (error.fault() == Fault::Interrupted || error.fault() == Fault::Refused) throw;
    reason = error.what();
  }
  if (schema_failures_++ > 0) return;
  log_.warning(LogEvent::MetricsMissing,
               fmt::format("--metrics: the platform does not tell its metrics, so flows are sent "
                           "without counters: {}",
                           reason));
}

void FlowMetrics::keep_what_there_is(const MetricSchema& schema) {
  has_schema_ = true;
  std::vector<std::string_view> absent;
  for (FetchedMetric& metric : metrics_) {
    const auto known = schema.find(metric.counter.metric);
    if (known != schema.end()) {
      metric.interval = known->second;
    } else if (metric.counter.is_main) {
      absent.push_back(metric.counter.metric);
    }
  }
  std::erase_if(metrics_, [](const FetchedMetric& m) { return m.interval.count() == 0; });
  if (absent.empty()) return;
  log_.warning(LogEvent::MetricsMissing,
               fmt::format("--metrics: the platform has no {}, so lines go without",
                           fmt::join(absent, ", ")));
}

void FlowMetrics::add_counter(FetchedMetric& metric, std::span<Flow* const> flows,
                              FlowBatch& batch) {
  warn_of_long_interval(metric, batch.unit);
  if (!fetch(metric, batch.unit)) {
    is_without_.assign(flows.size(), true);
    return;
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const std::optional<CounterSum>& sum = fetcher_.sums()[i];
    if (!sum) {
      is_without_[i] = true;
      report(metric, fetcher_.reason());
    } else if (sum->is_known()) {
      const std::string digits = std::to_string(sum->total());
      flows[i]->set_text(metric.counter.field, batch.copy(digits));
    }
  }
}

bool FlowMetrics::fetch(FetchedMetric& metric, const TimeWindow& unit) {
  if (is_out_of_reach_ || metric.budget.is_spent()) return false;
  try {
    if (const CallOutcome outcome = fetcher_.fetch(metric, unit, ids_, begun_); !outcome) {
      record_failure(metric, outcome.problem());
      return false;
    }
    const auto has_value = [](const std::optional<CounterSum>& sum) { return sum.has_value(); };
    if (std::ranges::any_of(fetcher_.sums(), has_value)) {
      metric.budget.on_useful_batch();
    } else {
      metric.budget.on_vain_batch();
    }
    return true;
  } catch (const Error& error) {
    if (error.fault() == Fault::Interrupted || error.fault() == Fault::Refused) throw;
    // The other metrics would take as long, and fail in the same way.
    is_out_of_reach_ = true;
    for (FetchedMetric& any : metrics_) any.budget.on_vain_batch();
    report(metric, error.what());
    return false;
  }
}

void FlowMetrics::record_failure(FetchedMetric& metric, const ApiFailure& failure) {
  report(metric, failure.error.what());
  if (!failure.is_refusal() && failure.status != kNotFound) return metric.budget.on_vain_batch();
  // So it would be with the other metrics.
  is_out_of_reach_ = true;
  for (FetchedMetric& any : metrics_) any.budget.on_vain_batch();
}

void FlowMetrics::report(const FetchedMetric& metric, std::string_view reason) {
  if (std::exchange(is_reported_, true)) return;
  log_.warning(LogEvent::MetricsMissing,
               fmt::format("--metrics: flows are sent without {} and maybe other counters: {}",
                           info_of(metric.counter.field).name, reason));
}

void FlowMetrics::warn_of_long_interval(const FetchedMetric& metric, const TimeWindow& unit) {
  const bool is_unusual = metric.interval > kUsualMetricInterval;
  if (!is_unusual || unit.end - unit.start >= metric.interval) return;
  if (std::exchange(has_warned_of_interval_, true)) return;
  log_.warning(LogEvent::MetricsIntervalLong,
               fmt::format("--metrics: the platform counts {} in intervals of {}, which are longer "
                           "than the windows of "
                           "the lines: a line has the counters of an interval that is stamped in "
                           "its window, or none",
                           info_of(metric.counter.field).name, format_duration(metric.interval)));
}

}  // namespace vrni2syslog
