#include "metric_calls.h"

#include "request_body.h"

#include <algorithm>
#include <random>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

constexpr std::size_t kBytesOfPoint = 24;  // about

bool has_metric(const Platform& platform, std::string_view name) {
  return std::ranges::find(platform.options.metrics.missing, name) ==
         platform.options.metrics.missing.end();
}

const MetricInfo& find_metric(const Platform& platform, const std::string& name) {
  const auto found = std::ranges::find(kMetrics, name, &MetricInfo::name);
  if (found == kMetrics.end() || !has_metric(platform, name)) {
    throw BadRequest("Unknown metric " + name);
  }
  return *found;
}

void check_request(const Platform& platform, const MetricsBody& body) {
  const MetricOptions& options = platform.options.metrics;
  if (std::ranges::find(kMetricIntervals, body.interval) == kMetricIntervals.end()) {
    throw BadRequest("Invalid interval");
  }
  if (body.start > body.end) throw BadRequest("end_time must not be before start_time");
  const std::int64_t points = body.end / body.interval - (body.start - 1) / body.interval;
  if (points > options.max_points && !options.cuts_points) throw BadRequest("Too many points");
  for (const std::string& id : body.ids) {
    const auto flow = platform.flows.find(id);
    if (options.reject_id_every != 0 && flow && *flow % options.reject_id_every == 0) {
      throw BadRequest("Invalid entity id");
    }
  }
}

struct Series {
  std::vector<std::int64_t> times, values;
};

// Both bounds belong to the time asked for.
Series measure(const Platform& platform, std::uint32_t flow, Metric metric,
               const MetricsBody& body) {
  Series series;
  const std::int64_t first = (body.start + body.interval - 1) / body.interval * body.interval;
  for (std::int64_t stamp = first; stamp <= body.end; stamp += body.interval) {
    const auto value = platform.meter.point(flow, metric, stamp, body.interval);
    if (!value) continue;
    if (series.times.size() >= platform.options.metrics.max_points) break;
    series.times.push_back(stamp);
    series.values.push_back(*value);
  }
  return series;
}

// Platforms write some numbers as "12" and others as "12.0"; here it is the flow's number that
// decides.
void write_value(JsonWriter& json, std::int64_t value, std::uint32_t flow) {
  if (flow % 3 == 0) {
    json.real(static_cast<double>(value));
  } else {
    json.number(value);
  }
}

void write_pairs(JsonWriter& json, const Series& series, std::uint32_t flow) {
  json.key("pointlist").begin_array();
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    json.begin_array().number(series.times[i]);
    write_value(json, series.values[i], flow);
    json.end_array();
  }
  json.end_array();
}

void write_lists(JsonWriter& json, const Series& series, std::uint32_t flow) {
  json.key("timestamps").begin_array();
  for (const std::int64_t time : series.times) json.number(time);
  json.end_array();
  json.key("values").begin_array();
  for (const std::int64_t value : series.values) write_value(json, value, flow);
  json.end_array();
}

using SeriesWriter = void (*)(JsonWriter&, const Series&, std::uint32_t flow);

Answer fetch(Platform& platform, const Call& call, SeriesWriter write_series) {
  MetricsBody body = parse_metrics(call.request.body);
  const MetricInfo& info = find_metric(platform, body.metric);
  check_request(platform, body);
  if (const std::uint32_t most = platform.options.metrics.max_ids; most != 0) {
    body.ids.resize(std::min<std::size_t>(body.ids.size(), most));
  }
  if (platform.options.fetch.is_shuffled) {
    std::ranges::shuffle(body.ids, std::minstd_rand(static_cast<unsigned>(body.ids.size())));
  }
  const auto points = static_cast<std::size_t>((body.end - body.start) / body.interval + 1);
  Answer answer;
  answer.body.reserve(body.ids.size() * points * kBytesOfPoint);
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("metric").text(info.name);
  json.key("display_name").text(info.display_name);
  json.key("interval").number(body.interval);
  json.key("unit").text("NoUnit");
  json.key("start").number(body.start);
  json.key("end").number(body.end);
  json.key("results").begin_array();
  for (const std::string& id : body.ids) {
    const auto flow = platform.flows.find(id);
    if (!flow) continue;
    json.begin_object().key("entity_id").text(id);
    write_series(json, measure(platform, *flow, info.metric, body), *flow);
    json.end_object();
  }
  json.end_array().end_object();
  return answer;
}

}  // namespace

Answer get_metric_schema(Platform& platform, const Call&) {
  if (!platform.options.metrics.has_schema) return empty_answer(404);
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object().key("results").begin_array();
  for (const MetricInfo& info : kMetrics) {
    if (!has_metric(platform, info.name)) continue;
    json.begin_object();
    json.key("metric").text(info.name);
    json.key("display_name").text(info.display_name);
    json.key("intervals").begin_array();
    for (const std::int64_t interval : kMetricIntervals) json.number(interval);
    json.end_array();
    json.key("description").text(info.description);
    json.key("unit").text("NoUnit");
    json.end_object();
  }
  json.end_array().end_object();
  return answer;
}

Answer fetch_metrics(Platform& platform, const Call& call) {
  const MetricOptions& options = platform.options.metrics;
  if (!options.has_pairs) return empty_answer(404);
  if (options.fail_status != 0) return empty_answer(options.fail_status);
  return fetch(platform, call, write_pairs);
}

Answer fetch_metrics_v2(Platform& platform, const Call& call) {
  const MetricOptions& options = platform.options.metrics;
  if (!options.has_lists) return empty_answer(404);
  if (options.fail_status != 0) return empty_answer(options.fail_status);
  return fetch(platform, call, write_lists);
}

}  // namespace vrni2syslog::simulator
