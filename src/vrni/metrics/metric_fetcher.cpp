#include "vrni/metrics/metric_fetcher.h"

#include "json/writer.h"
#include "vrni/api/call_in_parts.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace vrni2syslog {
namespace {

/// A thousand flows with 300 points each are some ten megabytes.
constexpr std::size_t kMaxAnswerBytes = 32U * 1024 * 1024;
/// If a call for this few points fails, their number is not the cause.
constexpr std::size_t kHarmlessPoints = 50;
constexpr int kNotFoundStatus = 404;
/// The two forms of the operation. Newer platforms may have only the second one.
constexpr std::string_view kFetchPath = "/metrics/fetch";
constexpr std::string_view kNewerFetchPath = "/metrics/fetch/v2";

/// `flows` are the places of those in `ids` that are asked for.
[[nodiscard]] ApiCall fetch_call(std::string_view path, const FetchedMetric& metric,
                                 const MetricRange& range, UnixSeconds unit_end,
                                 std::span<const std::string_view> ids,
                                 std::span<const std::size_t> flows) {
  // It is not known whether the bounds belong to what the platform counts. So the range begins at
  // its first stamp, and ends after its last stamp, before the next one, and within the unit.
  const UnixSeconds end =
      std::min(range.last() + range.interval - std::chrono::seconds(1), unit_end);
  std::string body;
  JsonObjectWriter request(body);
  request.key("entity_ids");
  append_json_list(body, flows, [&](std::size_t i) { append_json_string(body, ids[i]); });
  request.text("metric", metric.counter.metric);
  request.number("interval", range.interval.count());
  request.number("start_time", range.first.time_since_epoch().count());
  request.number("end_time", end.time_since_epoch().count());
  request.end();
  return {.method = "POST",
          .path = path,
          .body = std::move(body),
          .max_response_bytes = kMaxAnswerBytes,
          .is_optional = true,
          .patience = Patience::Brief};
}

}  // namespace

CallOutcome MetricFetcher::fetch(FetchedMetric& metric, const TimeWindow& unit,
                                 std::span<const std::string_view> ids,
                                 std::vector<PendingCall>& begun) {
  metric_ = &metric;
  begun_ = &begun;
  unit_end_ = unit.end;
  ids_ = ids;
  last_failure_.reset();
  index_of_.clear();
  for (std::size_t i = 0; i < ids.size(); ++i) index_of_.emplace(ids[i], i);
  sums_.assign(ids.size(), CounterSum());
  reason_.clear();
  for (const MetricRange& range : metric_ranges(unit, metric.interval, limits_.most_points())) {
    if (CallOutcome outcome = fetch_range(range); !outcome) return outcome;
  }
  return CallOutcome::success();
}

void MetricFetcher::append_calls(const FetchedMetric& metric, const TimeWindow& unit,
                                 std::span<const std::string_view> ids, std::size_t most,
                                 std::vector<PendingCall>& calls) const {
  if (path_.empty()) return;
  std::vector<std::size_t> all(ids.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (const MetricRange& range : metric_ranges(unit, metric.interval, limits_.most_points())) {
    for (Indices flows = all; !flows.empty();) {
      const Indices batch = flows.first(std::min(flows.size(), limits_.most_ids()));
      flows = flows.subspan(batch.size());
      if (calls.size() >= most) return;
      calls.emplace_back(fetch_call(path_, metric, range, unit.end, ids, batch));
    }
  }
}

CallOutcome MetricFetcher::fetch_range(const MetricRange& range) {
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (sums_[i]) wanted.push_back(i);
  }
  sums_of_range_.assign(ids_.size(), CounterSum());
  is_absent_.assign(ids_.size(), false);
  if (CallOutcome outcome = fetch_batches(range, wanted); !outcome) return outcome;
  const bool is_absence_unclear = limits_.is_absence_unclear();
  for (const std::size_t i : wanted) {
    if (!sums_[i]) continue;
    if (is_absent_[i] && is_absence_unclear) {
      sums_[i].reset();
      reason_ = "POST /metrics/fetch: the platform leaves flows out of its answers";
    } else {
      sums_[i]->add(sums_of_range_[i]);
    }
  }
  return CallOutcome::success();
}

CallOutcome MetricFetcher::fetch_batches(const MetricRange& range, Indices flows) {
  while (!flows.empty()) {
    const Indices batch = flows.first(std::min(flows.size(), limits_.most_ids()));
    flows = flows.subspan(batch.size());
    if (CallOutcome outcome = fetch_batch(range, batch); !outcome) return outcome;
  }
  return CallOutcome::success();
}

CallOutcome MetricFetcher::fetch_batch(const MetricRange& range, Indices batch) {
  if (CallOutcome outcome = ask(range, batch); !outcome) return outcome;
  const std::vector<std::size_t> absent = absent_of(batch);
  const std::size_t again = limits_.ids_to_repeat(batch.size(), absent.size());
  if (again == 0) return CallOutcome::success();
  // The last ones: a cut answer has the first.
  const Indices probe = Indices(absent).last(again);
  if (CallOutcome outcome = ask(range, probe); !outcome) return outcome;
  const bool has_some = absent_of(probe).size() < probe.size();
  if (!has_some) {
    limits_.on_ids_without_data();
    return CallOutcome::success();
  }
  limits_.on_cut_ids(batch.size(), absent.size());
  return fetch_batches(range, Indices(absent).first(absent.size() - again));
}

std::vector<std::size_t> MetricFetcher::absent_of(Indices flows) const {
  std::vector<std::size_t> absent;
  std::ranges::copy_if(flows, std::back_inserter(absent),
                       [this](std::size_t i) { return is_absent_[i]; });
  return absent;
}

CallOutcome MetricFetcher::ask(const MetricRange& range, Indices batch) {
  std::vector<std::size_t> failing;
  const auto ask_for_some = [&](Indices flows) {
    for (const std::size_t i : flows) {
      sums_of_range_[i] = CounterSum();
      is_absent_[i] = false;
    }
    CallOutcome outcome = add_points(range, flows);
    if (!outcome) reason_ = outcome.problem().error.what();
    return outcome;
  };
  CallOutcome outcome = call_in_parts<std::size_t>(batch, failing, ask_for_some,
                                                   metric_->budget.smallest_part(batch.size()));
  metric_->budget.on_call_in_parts(failing.size());
  for (const std::size_t i : failing) {
    sums_[i].reset();
    is_absent_[i] = false;
  }
  return outcome;
}

CallOutcome MetricFetcher::add_points(const MetricRange& range, Indices flows) {
  CallOutcome outcome = call_within_budget(range, flows);
  if (outcome) {
    if (limits_.may_lack_points(range, results_)) return add_points_of_halves(range, flows);
    take_results(flows);
    return CallOutcome::success();
  }
  const bool may_be_points = range.points > kHarmlessPoints && !limits_.has_had(range.points);
  if (!outcome.problem().may_succeed_in_parts() || !may_be_points) return outcome;
  const auto [first, second] = halves_of(range);
  outcome = add_points(first, flows);
  if (outcome) outcome = add_points(second, flows);
  // So it was the number of points.
  if (outcome) limits_.on_fewer_points(second.points);
  return outcome;
}

CallOutcome MetricFetcher::add_points_of_halves(const MetricRange& range, Indices flows) {
  std::size_t points = 0;
  std::size_t most = 0;
  for (const MetricSum& result : results_) {
    points += result.points;
    most = std::max(most, result.points);
  }
  const std::size_t before = points_taken_;
  const auto [first, second] = halves_of(range);
  for (const MetricRange& half : {first, second}) {
    if (CallOutcome outcome = add_points(half, flows); !outcome) return outcome;
  }
  if (points_taken_ - before > points) {
    limits_.on_fewer_points(most);
  } else {
    limits_.on_complete_points();
  }
  return CallOutcome::success();
}

CallOutcome MetricFetcher::call_within_budget(const MetricRange& range, Indices flows) {
  if (metric_->budget.is_spent() && last_failure_) return CallOutcome::failure(*last_failure_);
  CallOutcome outcome = call(range, flows);
  if (outcome) {
    limits_.learn_from_answer(range, results_);
  } else {
    metric_->budget.on_failed_call();
    last_failure_ = outcome.problem();
  }
  return outcome;
}

CallOutcome MetricFetcher::call(const MetricRange& range, Indices flows) {
  std::string_view path = path_.empty() ? kFetchPath : path_;
  CallOutcome outcome = call_operation(path, range, flows);
  if (!outcome && outcome.problem().status == kNotFoundStatus && path_.empty()) {
    path = kNewerFetchPath;
    outcome = call_operation(path, range, flows);
  }
  if (outcome) path_ = path;
  return outcome;
}

CallOutcome MetricFetcher::call_operation(std::string_view path, const MetricRange& range,
                                          Indices flows) {
  PendingCall fetch = take_begun(fetch_call(path, *metric_, range, unit_end_, ids_, flows));
  return api_.try_call(std::move(fetch), [&](std::string& body) {
    body_ = std::move(body);
    return read_metric_sums(body_, range, flows.size(), results_);
  });
}

PendingCall MetricFetcher::take_begun(ApiCall call) {
  const auto same = std::ranges::find_if(*begun_, [&call](const PendingCall& begun) {
    return begun.call().path == call.path && begun.call().body == call.body;
  });
  if (same == begun_->end()) return PendingCall(std::move(call));
  PendingCall found = std::move(*same);
  begun_->erase(same);
  return found;
}

void MetricFetcher::take_results(Indices flows) {
  std::vector<bool> is_answered(ids_.size(), false);
  for (const MetricSum& result : results_) {
    const auto index = index_of_.find(result.id);
    if (index == index_of_.end()) continue;
    sums_of_range_[index->second].add(result.sum);
    is_answered[index->second] = true;
    points_taken_ += result.points;
  }
  for (const std::size_t i : flows) {
    if (!is_answered[i]) is_absent_[i] = true;
  }
  results_.clear();
  body_ = std::string();  // frees megabytes, which are not needed while lines are written
}

}  // namespace vrni2syslog
