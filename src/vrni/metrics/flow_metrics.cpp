#include "vrni/metrics/flow_metrics.h"

#include "base/duration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

/// A platform that fails on a counter is not asked for it in the whole of a long run.
constexpr int kMaxFailures = 2;
constexpr int kNotFound = 404;

}  // namespace

FlowMetrics::FlowMetrics(const std::vector<FlowField>& counters, ApiClient& api, Log& log)
    : api_(api), log_(log), fetcher_(api) {
  for (const FlowCounter& counter : flow_counters()) {
    if (std::ranges::find(counters, counter.field) != counters.end())
      counters_.push_back({.what = counter});
  }
}

void FlowMetrics::add(std::span<Flow> flows, FlowBatch& batch) {
  if (counters_.empty() || flows.empty()) return;
  if (!std::exchange(has_asked_for_schema_, true)) read_schema();
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
    for (Counter& counter : counters_) add_counter(counter, known, batch);
  }
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
    const std::optional<ApiFailure> failure = api_.try_call(
        question, [&](std::string& body) { return read_metric_schema(body, schema); });
    if (!failure) return keep_what_there_is(schema);
    reason = failure->error.what();
  } catch (const Error& error) {
    if (error.fault() == Fault::Interrupted || error.fault() == Fault::Refused) throw;
    reason = error.what();
  }
  log_.warning(fmt::format(
      "--metrics: the platform does not tell its metrics, so all flows are sent without counters: "
      "{}",
      reason));
}

void FlowMetrics::keep_what_there_is(const MetricSchema& schema) {
  has_schema_ = true;
  std::vector<std::string_view> absent;
  for (Counter& counter : counters_) {
    const auto metric = schema.find(counter.what.metric);
    if (metric != schema.end()) {
      counter.interval = metric->second;
    } else if (counter.what.is_main) {
      absent.push_back(counter.what.metric);
    }
  }
  std::erase_if(counters_, [](const Counter& c) { return c.interval.count() == 0; });
  if (absent.empty()) return;
  log_.warning(fmt::format("--metrics: the platform has no {}, so lines go without",
                           fmt::join(absent, ", ")));
}

void FlowMetrics::add_counter(Counter& counter, std::span<Flow* const> flows, FlowBatch& batch) {
  warn_of_long_interval(counter, batch.unit);
  if (!fetch(counter, batch.unit)) {
    is_without_.assign(flows.size(), true);
    return;
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (answer_.is_failing[i]) {
      is_without_[i] = true;
      report(counter, answer_.reason);
    } else if (answer_.sums[i].is_known()) {
      const std::string digits = std::to_string(answer_.sums[i].total());
      flows[i]->set(counter.what.field, batch.single(batch.copy(digits)));
    }
  }
}

bool FlowMetrics::fetch(Counter& counter, const TimeWindow& unit) {
  if (is_out_of_reach_ || counter.failures >= kMaxFailures) return false;
  const MetricQuestion question{counter.what.metric, counter.interval, unit};
  try {
    const std::optional<ApiFailure> failure =
        fetcher_.fetch(question, ids_, counter.budget, answer_);
    if (!failure) {
      const bool has_any = std::ranges::find(answer_.is_failing, false) != answer_.is_failing.end();
      counter.failures = has_any ? 0 : counter.failures + 1;
      if (counter.budget.is_spent()) counter.failures = kMaxFailures;
      return true;
    }
    record_failure(counter, *failure);
  } catch (const Error& error) {
    if (error.fault() == Fault::Interrupted || error.fault() == Fault::Refused) throw;
    // The other counters would take as long and come to the same.
    is_out_of_reach_ = true;
    for (Counter& any : counters_) ++any.failures;
    report(counter, error.what());
  }
  return false;
}

void FlowMetrics::record_failure(Counter& counter, const ApiFailure& failure) {
  report(counter, failure.error.what());
  if (failure.is_refusal() || failure.status == kNotFound) {
    for (Counter& any : counters_) any.failures = kMaxFailures;
  } else {
    // An error of the server may pass.
    const bool may_pass = failure.kind == AnswerKind::ServerError && !counter.budget.is_spent();
    counter.failures = may_pass ? counter.failures + 1 : kMaxFailures;
  }
}

void FlowMetrics::report(const Counter& counter, std::string_view reason) {
  if (std::exchange(is_reported_, true)) return;
  log_.warning(fmt::format("--metrics: flows are sent without {} and maybe other counters: {}",
                           info_of(counter.what.field).name, reason));
}

void FlowMetrics::warn_of_long_interval(const Counter& counter, const TimeWindow& unit) {
  const bool is_unusual = counter.interval > kUsualMetricInterval;
  if (!is_unusual || unit.end - unit.start >= counter.interval) return;
  if (std::exchange(has_warned_of_interval_, true)) return;
  log_.warning(fmt::format(
      "--metrics: the platform counts {} in intervals of {}, which are longer than the time that "
      "the lines are for: they have the counters of an interval that is stamped in it, or none",
      info_of(counter.what.field).name, format_duration(counter.interval)));
}

}  // namespace vrni2syslog
