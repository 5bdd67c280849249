#include "search_calls.h"

#include "flow_subject.h"
#include "request_body.h"

#include <charconv>
#include <cstdint>
#include <span>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

std::optional<std::int64_t> integer_parameter(const Request& request, const std::string& name) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw BadRequest(name + " must be an integer");
  }
  return value;
}

// The window of a search: without a time range it is the present second.
FlowQuery query_of(const SearchBody& body) {
  const std::int64_t now = now_seconds();
  FlowQuery query{body.filter, body.start.value_or(now), body.end.value_or(now), body.sort_by,
                  body.is_descending};
  const Filter filter(body.filter, &FlowSubject::has_field);
  if (filter.in_last() && !body.start) query.start = now - filter.in_last()->count();
  return query;
}

// The same with both its bounds in the window, as FlowSearch has them.
FlowQuery with_inclusive_bounds(FlowQuery query, Bounds bounds) {
  if (bounds == Bounds::Exclusive || bounds == Bounds::WithoutStart) ++query.start;
  if (bounds == Bounds::Exclusive || bounds == Bounds::WithoutEnd) --query.end;
  return query;
}

/// Marks a row as the earlier version of a flow, beside its number.
constexpr std::uint32_t kEarlierVersion = std::uint32_t{1} << 31;

// The flows, and before every `every`-th of them its earlier version.
std::vector<std::uint32_t> with_earlier_versions(std::span<const std::uint32_t> flows,
                                                 std::uint32_t every) {
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t flow : flows) {
    if (flow % every == 0) rows.push_back(flow | kEarlierVersion);
    rows.push_back(flow);
  }
  return rows;
}

// Of the flows, those that the index has by now.
std::vector<std::uint32_t> findable(const Platform& platform,
                                    std::span<const std::uint32_t> flows) {
  const std::vector<std::uint32_t>& late_by = platform.options.pages.late_by;
  std::vector<std::uint32_t> found;
  for (const std::uint32_t index : flows) {
    const std::int64_t delay = 60 * std::int64_t{late_by[index % late_by.size()]};
    if (platform.flows.activity(index).first + delay <= platform.index_clock)
      found.push_back(index);
  }
  return found;
}

// `versions_later` is by how many seconds the versions that are listed are younger than the flows'.
void write_page(Platform& platform, JsonWriter& json, const Page& page, const FlowQuery& query,
                std::uint64_t versions_later) {
  json.begin_object();
  json.key("results").begin_array();
  for (const std::uint32_t row : page.flows) {
    const std::uint32_t index = row & ~kEarlierVersion;
    const bool is_earlier = row != index;
    json.begin_object();
    json.key("entity_id").text(platform.flows.id(index));
    json.key("entity_type").text("Flow");
    json.key("time").number(platform.flows.activity(index).version +
                            static_cast<std::int64_t>(versions_later) -
                            (is_earlier ? kAgeOfEarlierVersion : 0));
    json.end_object();
  }
  json.end_array();
  if (page.has_cursor) {
    json.key("cursor");
    page.cursor ? json.text(*page.cursor) : json.null();
  }
  json.key("total_count").number(page.total_count);
  json.key("start_time").number(query.start);
  json.key("end_time").number(query.end);
  if (platform.options.presentation.has_unknown_fields) platform.writer.write_unknown_fields(json);
  json.end_object();
}

Answer answer_search(Platform& platform, const SearchBody& body) {
  if (body.entity_type != "Flow") return error_answer(400, "only entities of type Flow are served");
  if (!platform.pager.is_size_allowed(body.size)) return error_answer(400, "Invalid size");
  const auto offset = Pager::offset_of(body.cursor);
  if (!offset) return error_answer(400, "Invalid cursor");
  const auto size = static_cast<std::uint64_t>(body.size);
  if (platform.pager.is_too_deep(*offset, size)) {
    return error_answer(platform.options.pages.deep_offset_status, "Result window is too large");
  }
  if (!body.sort_by.empty() && !FlowSubject::can_sort_by(body.sort_by)) {
    return error_answer(400, "Cannot sort by this field");
  }
  const FlowQuery query = query_of(body);
  const FlowSearch::Result result =
      platform.search.find(with_inclusive_bounds(query, platform.options.pages.bounds));
  std::span<const std::uint32_t> rows(*result);
  std::vector<std::uint32_t> found;
  if (!platform.options.pages.late_by.empty()) rows = found = findable(platform, rows);
  std::vector<std::uint32_t> rows_of_versions;
  if (const std::uint32_t every = platform.options.data.earlier_version_every; every != 0) {
    rows_of_versions = with_earlier_versions(rows, every);
    rows = rows_of_versions;
  }
  const std::uint64_t search = platform.statistics.next_search();
  Page page = platform.pager.cut(rows, *offset, size, search);
  if (size == 1) page.total_count += platform.surplus;
  Answer answer;
  JsonWriter json(answer.body);
  write_page(platform, json, page, query, platform.options.data.changes_versions ? search : 0);
  return answer;
}

}  // namespace

Answer search_flows(Platform& platform, const Call& call) {
  return answer_search(platform, parse_search(call.request.body));
}

Answer list_flows(Platform& platform, const Call& call) {
  const Request& request = call.request;
  SearchBody body;
  body.entity_type = "Flow";
  body.cursor = request.parameter("cursor");
  body.size = integer_parameter(request, "size").value_or(body.size);
  body.start = integer_parameter(request, "start_time");
  body.end = integer_parameter(request, "end_time");
  return answer_search(platform, body);
}

}  // namespace vrni2syslog::simulator
