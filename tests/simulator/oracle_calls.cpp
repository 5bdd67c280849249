#include "oracle_calls.h"

#include "base/text/number.h"
#include "request_body.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace vrni2syslog::simulator {
namespace {

constexpr std::size_t kFlowsPerChunk = 256;

template <typename Number>
Number number_parameter(const Request& request, const std::string& name, Number otherwise,
                        const char* what) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return otherwise;
  const std::optional<Number> number = parse_whole<Number>(text);
  if (!number) throw BadRequest(name + " must be " + what);
  return *number;
}

std::int64_t time_parameter(const Request& request, const std::string& name,
                            std::int64_t otherwise) {
  return number_parameter(request, name, otherwise, "in epoch seconds");
}

// Streams one line for each flow of the window, so that a million of them need no memory.
Answer stream_flows(Platform& platform, const Request& request,
                    const std::function<void(std::string& chunk, std::uint32_t flow)>& write) {
  using Limits = std::numeric_limits<std::int64_t>;
  FlowQuery query;
  query.filter = request.parameter("filter");
  query.start = time_parameter(request, "start", Limits::min());
  query.end = time_parameter(request, "end", Limits::max());
  const FlowSearch::Result flows = platform.search.find(query);
  const auto sent = std::make_shared<std::size_t>(0);  // by all copies of the producer
  Answer answer;
  answer.producer = [flows, sent, write](std::string& chunk) {
    const std::size_t until = std::min(*sent + kFlowsPerChunk, flows->size());
    for (; *sent < until; ++*sent) write(chunk, (*flows)[*sent]);
    return *sent < flows->size();
  };
  return answer;
}

// The span over which counters are summed up; nothing where they are not asked for.
std::optional<std::pair<std::int64_t, std::int64_t>> counters_span(const Request& request) {
  if (request.parameter("counters").empty()) return std::nullopt;
  const std::pair span{time_parameter(request, "start", 0), time_parameter(request, "end", 0)};
  if (span.first >= span.second) throw BadRequest("counters need a start and a later end");
  return span;
}

void write_counters(JsonWriter& json, const Platform& platform, std::uint32_t flow,
                    std::pair<std::int64_t, std::int64_t> span) {
  json.key("counters").begin_object();
  for (const MetricInfo& info : kMetrics) {
    const auto sum = platform.meter.sum(flow, info.metric, span.first, span.second);
    if (sum && !info.counter.empty()) json.key(info.counter).number(*sum);
  }
  json.end_object();
}

}  // namespace

Answer get_truth(Platform& platform, const Call& call) {
  const auto span = counters_span(call.request);
  Answer answer = stream_flows(platform, call.request,
                               [&platform, span](std::string& chunk, std::uint32_t flow) {
                                 const std::string id = platform.flows.id(flow);
                                 {
                                   JsonWriter json(chunk);
                                   json.begin_object();
                                   json.key("entity_id").text(id);
                                   json.key("time").number(platform.flows.activity(flow).version);
                                   json.key("entity");
                                   platform.truth_writer.write(json, platform.flows.flow(flow), id);
                                   if (span) write_counters(json, platform, flow, *span);
                                   json.end_object();
                                 }
                                 chunk += '\n';
                               });
  answer.content_type = kJsonLinesType;
  return answer;
}

Answer get_ids(Platform& platform, const Call& call) {
  Answer answer =
      stream_flows(platform, call.request, [&platform](std::string& chunk, std::uint32_t flow) {
        chunk += platform.flows.id(flow) + "\n";
      });
  answer.content_type = kTextType;
  return answer;
}

Answer work_gate(Platform& platform, const Call& call) {
  Gate& gate = platform.fetch_gate;
  const std::string_view state = call.request.parameter("state");
  if (state == "closed") {
    gate.close();
  } else if (state == "open") {
    gate.open();
  } else if (!state.empty()) {
    throw BadRequest("state must be closed or open");
  }
  gate.permit(number_parameter<std::uint64_t>(call.request, "permit", 0, "a whole number"));
  Answer answer;
  JsonWriter(answer.body)
      .begin_object()
      .key("waiting")
      .number(static_cast<std::int64_t>(gate.waiting()))
      .end_object();
  return answer;
}

Answer set_index_clock(Platform& platform, const Call& call) {
  platform.index_clock = time_parameter(call.request, "clock", now_seconds());
  return empty_answer(204);
}

Answer set_surplus(Platform& platform, const Call& call) {
  platform.surplus = number_parameter<std::int64_t>(call.request, "flows", 0, "a whole number");
  return empty_answer(204);
}

Answer get_statistics(Platform& platform, const Call&) {
  Answer answer;
  JsonWriter json(answer.body);
  platform.statistics.write(json, platform.tokens.valid_count(Tokens::Clock::now()));
  return answer;
}

}  // namespace vrni2syslog::simulator
