#include "vrni/metrics/metric_fetcher.h"

#include "json/writer.h"
#include "vrni/api/call_in_parts.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vrni2syslog {
namespace {

/// A thousand flows of 300 points are some ten megabytes.
constexpr std::size_t kMaxAnswerBytes = 32U * 1024 * 1024;
/// A call of no more points does not fail for their number.
constexpr std::size_t kFewPoints = 50;
constexpr int kNotFoundStatus = 404;

}  // namespace

std::optional<ApiFailure> MetricFetcher::fetch(const MetricQuestion& question,
                                               std::span<const std::string_view> ids,
                                               FailureBudget& budget, MetricSums& answer) {
  question_ = question;
  ids_ = ids;
  budget_ = &budget;
  last_failure_.reset();
  index_of_.clear();
  for (std::size_t i = 0; i < ids.size(); ++i) index_of_.emplace(ids[i], i);
  answer.sums.assign(ids.size(), CounterSum());
  answer.is_failing.assign(ids.size(), false);
  for (const MetricRange& range :
       metric_ranges(question.unit, question.interval, limits_.most_points())) {
    if (std::optional<ApiFailure> failure = fetch_range(range, answer)) return failure;
  }
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::fetch_range(const MetricRange& range, MetricSums& answer) {
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (!answer.is_failing[i]) wanted.push_back(i);
  }
  sums_of_range_.assign(ids_.size(), CounterSum());
  is_absent_.assign(ids_.size(), false);
  if (auto failure = fetch_batches(range, wanted, answer)) return failure;
  const bool is_absence_unclear = limits_.is_absence_unclear();
  for (const std::size_t i : wanted) {
    if (answer.is_failing[i]) continue;
    if (is_absent_[i] && is_absence_unclear) {
      answer.is_failing[i] = true;
      answer.reason = "POST /metrics/fetch: the platform leaves flows out of its answers";
    } else {
      answer.sums[i].add(sums_of_range_[i]);
    }
  }
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::fetch_batches(const MetricRange& range, Indices flows,
                                                       MetricSums& answer) {
  while (!flows.empty()) {
    const Indices batch = flows.first(std::min(flows.size(), limits_.most_ids()));
    flows = flows.subspan(batch.size());
    if (auto failure = fetch_batch(range, batch, answer)) return failure;
  }
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::fetch_batch(const MetricRange& range, Indices batch,
                                                     MetricSums& answer) {
  if (auto failure = ask(range, batch, answer)) return failure;
  const std::vector<std::size_t> absent = absent_of(batch);
  const std::size_t again = limits_.ids_to_repeat(batch.size(), absent.size());
  if (again == 0) return std::nullopt;
  // The last ones: an answer that is cut has the first.
  const Indices probe = Indices(absent).last(again);
  if (auto failure = ask(range, probe, answer)) return failure;
  const bool has_some = absent_of(probe).size() < probe.size();
  limits_.on_repeated_ids(batch.size(), absent.size(), has_some);
  if (!has_some) return std::nullopt;
  return fetch_batches(range, Indices(absent).first(absent.size() - again), answer);
}

std::vector<std::size_t> MetricFetcher::absent_of(Indices flows) const {
  std::vector<std::size_t> absent;
  std::ranges::copy_if(flows, std::back_inserter(absent),
                       [this](std::size_t i) { return is_absent_[i]; });
  return absent;
}

std::optional<ApiFailure> MetricFetcher::ask(const MetricRange& range, Indices batch,
                                             MetricSums& answer) {
  std::vector<std::size_t> failing;
  const auto ask_for_some = [&](Indices flows) {
    for (const std::size_t i : flows) {
      sums_of_range_[i] = CounterSum();
      is_absent_[i] = false;
    }
    std::optional<ApiFailure> failure = add_points(range, flows);
    if (failure) answer.reason = failure->error.what();
    return failure;
  };
  std::optional<ApiFailure> failure = call_in_parts<std::size_t>(
      batch, failing, ask_for_some, budget_->smallest_part(batch.size()));
  budget_->on_batch(failing.size());
  for (const std::size_t i : failing) {
    answer.is_failing[i] = true;
    is_absent_[i] = false;
  }
  return failure;
}

std::optional<ApiFailure> MetricFetcher::add_points(const MetricRange& range, Indices flows) {
  std::optional<ApiFailure> failure = call_within_budget(range, flows);
  if (!failure) {
    if (limits_.may_lack_points(range, page_.sums)) return add_points_of_halves(range, flows);
    take_page(flows);
    return std::nullopt;
  }
  const bool may_be_points = range.points > kFewPoints && !limits_.has_had(range.points);
  if (!failure->may_succeed_in_parts() || !may_be_points) return failure;
  const auto [first, second] = halves_of(range);
  failure = add_points(first, flows);
  if (!failure) failure = add_points(second, flows);
  // It was the number of points, then.
  if (!failure) limits_.on_fewer_points(second.points);
  return failure;
}

std::optional<ApiFailure> MetricFetcher::add_points_of_halves(const MetricRange& range,
                                                              Indices flows) {
  std::size_t points = 0;
  std::size_t most = 0;
  for (const MetricSum& result : page_.sums) {
    points += result.points;
    most = std::max(most, result.points);
  }
  const std::size_t before = points_taken_;
  const auto [first, second] = halves_of(range);
  for (const MetricRange& half : {first, second}) {
    if (std::optional<ApiFailure> failure = add_points(half, flows)) return failure;
  }
  limits_.on_halves(most, points_taken_ - before > points);
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::call_within_budget(const MetricRange& range,
                                                            Indices flows) {
  if (budget_->is_spent() && last_failure_) return last_failure_;
  std::optional<ApiFailure> failure = call(range, flows);
  if (failure) {
    budget_->on_failed_call();
    last_failure_ = failure;
  } else {
    limits_.learn_from_answer(range, page_.sums);
  }
  return failure;
}

std::optional<ApiFailure> MetricFetcher::call(const MetricRange& range, Indices flows) {
  Form form = form_.value_or(Form::Pairs);
  std::optional<ApiFailure> failure = call_in_form(form, range, flows);
  if (failure && failure->status == kNotFoundStatus && !form_) {
    form = Form::Lists;
    failure = call_in_form(form, range, flows);
  }
  if (!failure) form_ = form;
  return failure;
}

std::optional<ApiFailure> MetricFetcher::call_in_form(Form form, const MetricRange& range,
                                                      Indices flows) {
  const ApiCall fetch{.method = "POST",
                      .path = form == Form::Pairs ? "/metrics/fetch" : "/metrics/fetch/v2",
                      .body = body_of(range, flows),
                      .max_response_bytes = kMaxAnswerBytes,
                      .is_optional = true,
                      .patience = Patience::Brief};
  return api_.try_call(fetch, [&](std::string& body) {
    return read_metric_page(std::move(body), range, flows.size(), page_);
  });
}

std::string MetricFetcher::body_of(const MetricRange& range, Indices flows) const {
  // Whether the platform counts the bounds themselves is not known. The first stamp is one, the end
  // lies behind the last stamp and before the next one, and not beyond the unit.
  const UnixSeconds end =
      std::min(range.last() + range.interval - std::chrono::seconds(1), question_.unit.end);
  std::string body;
  JsonObjectWriter request(body);
  request.key("entity_ids");
  append_json_list(body, flows, [&](std::size_t i) { append_json_string(body, ids_[i]); });
  request.text("metric", question_.metric);
  request.number("interval", range.interval.count());
  request.number("start_time", range.first.time_since_epoch().count());
  request.number("end_time", end.time_since_epoch().count());
  request.end();
  return body;
}

void MetricFetcher::take_page(Indices flows) {
  std::vector<bool> is_answered(ids_.size(), false);
  for (const MetricSum& result : page_.sums) {
    const auto index = index_of_.find(result.id);
    if (index == index_of_.end()) continue;
    sums_of_range_[index->second].add(result.sum);
    is_answered[index->second] = true;
    points_taken_ += result.points;
  }
  for (const std::size_t i : flows) {
    if (!is_answered[i]) is_absent_[i] = true;
  }
  page_.sums.clear();
  page_.body = std::string();  // megabytes, which nobody needs while lines are written
}

}  // namespace vrni2syslog
