#include "vrni/metric_fetcher.h"

#include "vrni/call_in_parts.h"
#include "vrni/flow_page.h"
#include "vrni/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

/// A thousand flows of 300 points are some ten megabytes.
constexpr std::size_t kMaxAnswerBytes = 32U * 1024 * 1024;
/// A call of no more points does not fail for their number.
constexpr std::size_t kFewPoints = 50;
constexpr int kNotFound = 404;

}  // namespace

std::optional<ApiFailure> MetricFetcher::fetch(const MetricQuestion& question,
                                               std::span<const std::string_view> ids,
                                               MetricSums& answer) {
  question_ = question;
  ids_ = ids;
  index_of_.clear();
  for (std::size_t i = 0; i < ids.size(); ++i) index_of_.emplace(ids[i], i);
  answer.sums.assign(ids.size(), CounterSum());
  answer.is_failing.assign(ids.size(), false);
  for (const MetricRange& range : metric_ranges(question.unit, question.interval, max_points_)) {
    if (std::optional<ApiFailure> failure = fetch_range(range, answer)) return failure;
  }
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::fetch_range(const MetricRange& range, MetricSums& answer) {
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (!answer.is_failing[i]) wanted.push_back(i);
  }
  for (Indices left = wanted; !left.empty();) {
    const Indices part = left.first(std::min(left.size(), kMaxEntitiesPerCall));
    left = left.subspan(part.size());
    std::vector<std::size_t> failing;
    const auto fetch_some = [&](Indices flows) {
      sums_of_range_.assign(ids_.size(), CounterSum());
      std::optional<ApiFailure> failure = add_points(range, flows);
      if (failure) {
        answer.reason = failure->error.what();
      } else {
        for (const std::size_t i : flows) answer.sums[i].add(sums_of_range_[i]);
      }
      return failure;
    };
    if (auto failure = call_in_parts<std::size_t>(part, failing, fetch_some)) return failure;
    for (const std::size_t i : failing) answer.is_failing[i] = true;
  }
  return std::nullopt;
}

std::optional<ApiFailure> MetricFetcher::add_points(const MetricRange& range, Indices flows) {
  std::optional<ApiFailure> failure = call(range, flows);
  if (!failure) take_page();
  if (!failure || !failure->may_succeed_in_parts() || range.points <= kFewPoints) return failure;
  const auto [first, second] = halves_of(range);
  failure = add_points(first, flows);
  if (!failure) failure = add_points(second, flows);
  // It was the number of points, then.
  if (!failure) max_points_ = std::min(max_points_, second.points);
  return failure;
}

std::optional<ApiFailure> MetricFetcher::call(const MetricRange& range, Indices flows) {
  Form form = form_.value_or(Form::Pairs);
  std::optional<ApiFailure> failure = call_in_form(form, range, flows);
  if (failure && failure->status == kNotFound && !form_) {
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
                      .is_optional = true};
  return api_.try_call(fetch, [&](std::string& body) {
    return read_metric_page(std::move(body), range, flows.size(), page_);
  });
}

std::string MetricFetcher::body_of(const MetricRange& range, Indices flows) const {
  // Whether the platform counts the bounds themselves is not known. The first stamp is one, the end
  // lies behind the last stamp and before the next one, and not beyond the unit.
  const EpochSeconds end =
      std::min(range.last() + range.interval - std::chrono::seconds(1), question_.unit.end);
  std::string body = "{\"entity_ids\":[";
  for (const std::size_t& i : flows) {
    if (&i != flows.data()) body += ',';
    append_json_string(body, ids_[i]);
  }
  body += "],\"metric\":";
  append_json_string(body, question_.metric);
  body +=
      fmt::format(",\"interval\":{},\"start_time\":{},\"end_time\":{}}}", range.interval.count(),
                  range.first.time_since_epoch().count(), end.time_since_epoch().count());
  return body;
}

void MetricFetcher::take_page() {
  for (const MetricSum& result : page_.sums) {
    const auto index = index_of_.find(result.id);
    if (index != index_of_.end()) sums_of_range_[index->second].add(result.sum);
  }
  page_.sums.clear();
  page_.body = std::string();  // megabytes, which nobody needs while lines are written
}

}  // namespace vrni2syslog
