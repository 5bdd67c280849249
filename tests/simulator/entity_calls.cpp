#include "entity_calls.h"

#include "flow_words.h"
#include "request_body.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>

namespace vrni2syslog::simulator {
namespace {

constexpr std::size_t kBytesOfFlow = 3000;  // about

std::optional<std::int64_t> time_parameter(const Request& request) {
  const std::string_view text = request.parameter("time");
  if (text.empty()) return std::nullopt;
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw BadRequest("time must be an integer");
  }
  return time;
}

// The current version is there whenever it is asked for; at a time of the past only if it existed.
bool exists_at(const Platform& platform, std::uint32_t flow, std::optional<std::int64_t> time) {
  return !time || *time >= platform.flows.activity(flow).version;
}

void write_entity(const Platform& platform, JsonWriter& json, Entity entity) {
  json.begin_object();
  json.key("entity_id").text(platform.inventory.id(entity));
  json.key("name").text(platform.inventory.name(entity));
  json.key("entity_type").text(platform.inventory.api_type(entity));
  if (const auto vlan = Inventory::vlan_id(entity)) json.key("vlan_id").number(*vlan);
  const std::string vendor_id = platform.inventory.vendor_id(entity);
  if (!vendor_id.empty()) json.key("vendor_id").text(vendor_id);
  const std::string_view region = platform.inventory.region(entity);
  if (!region.empty()) json.key("region").text(region);
  json.end_object();
}

void begin_result(JsonWriter& json, const EntityRequest& wanted, std::int64_t time) {
  json.begin_object();
  json.key("entity_id").text(wanted.id);
  json.key("entity_type").text(wanted.type);
  json.key("time").number(time);
  json.key("entity");
}

bool is_earlier_version(const Platform& platform, std::uint32_t flow,
                        std::optional<std::int64_t> time) {
  const std::uint32_t every = platform.options.data.earlier_version_every;
  return every != 0 && flow % every == 0 &&
         time == platform.flows.activity(flow).version - kAgeOfEarlierVersion;
}

// One result of a fetch, or nothing for what the platform does not know by this id and type.
void write_result(Platform& platform, JsonWriter& json, const EntityRequest& wanted) {
  if (wanted.type == "Flow") {
    const auto flow = platform.flows.find(wanted.id);
    if (!flow) return;
    const bool is_earlier = is_earlier_version(platform, *flow, wanted.time);
    if (!is_earlier && !exists_at(platform, *flow, wanted.time)) return;
    const bool is_missed = platform.misses.is_missed(*flow);
    if (is_missed && !platform.options.fetch.misses_as_null) return;
    begin_result(json, wanted, wanted.time.value_or(platform.flows.activity(*flow).version));
    if (is_missed) {
      json.null();
    } else {
      FlowRecord record = platform.flows.flow(*flow);
      if (is_earlier) record.action = record.action == Action::Deny ? Action::Allow : Action::Deny;
      platform.writer.write(json, record, wanted.id);
    }
    json.end_object();
    return;
  }
  const auto entity = platform.inventory.find(wanted.id);
  if (!entity || wanted.type.empty() || platform.inventory.api_type(*entity) != wanted.type) return;
  begin_result(json, wanted, wanted.time.value_or(now_seconds()));
  write_entity(platform, json, *entity);
  json.end_object();
}

// The name of anything, and its type where the API has one; false for an unknown id.
bool write_name(const Platform& platform, JsonWriter& json, const std::string& id,
                std::optional<std::int64_t> time) {
  const auto flow = platform.flows.find(id);
  const auto entity = platform.inventory.find(id);
  if (!flow && !entity) return false;
  json.begin_object();
  json.key("entity_id").text(id);
  const std::string_view type = flow ? "Flow" : platform.inventory.api_type(*entity);
  if (!type.empty()) json.key("entity_type").text(type);
  json.key("time").number(time.value_or(now_seconds()));
  json.key("name").text(flow ? flow_name(platform.flows.flow(*flow), platform.inventory)
                             : platform.inventory.name(*entity));
  json.end_object();
  return true;
}

}  // namespace

Answer get_flow(Platform& platform, const Call& call) {
  const auto time = time_parameter(call.request);
  const auto flow = platform.flows.find(call.id);
  if (!flow || !exists_at(platform, *flow, time)) return empty_answer(404);
  // Without a time the flow must be active now.
  if (!time && platform.flows.activity(*flow).last < now_seconds()) return empty_answer(404);
  Answer answer;
  JsonWriter json(answer.body);
  platform.writer.write(json, platform.flows.flow(*flow), call.id);
  return answer;
}

Answer fetch_entities(Platform& platform, const Call& call) {
  auto wanted = parse_entity_requests(call.request.body, "entity_ids");
  std::uint64_t flows = 0;
  for (const EntityRequest& request : wanted) {
    const auto flow = platform.flows.find(request.id);
    flows += flow ? 1U : 0U;
    if (flow && platform.misses.is_rejected(*flow)) return error_answer(400, "Invalid entity id");
  }
  platform.statistics.count_ids(wanted.size(), flows);
  if (platform.options.fetch.is_shuffled) {
    // The same order for the same batch.
    std::ranges::shuffle(wanted, std::minstd_rand(static_cast<unsigned>(wanted.size())));
  }
  Answer answer;
  answer.body.reserve(wanted.size() * kBytesOfFlow);
  JsonWriter json(answer.body);
  json.begin_object().key("results").begin_array();
  for (const EntityRequest& request : wanted) write_result(platform, json, request);
  json.end_array().end_object();
  return answer;
}

Answer fetch_names(Platform& platform, const Call& call) {
  const auto wanted = parse_entity_requests(call.request.body, "entities");
  Answer answer;
  JsonWriter json(answer.body);
  json.begin_object().key("entities").begin_array();
  for (const EntityRequest& request : wanted) {
    static_cast<void>(write_name(platform, json, request.id, request.time));
  }
  json.end_array().end_object();
  return answer;
}

Answer get_name(Platform& platform, const Call& call) {
  Answer answer;
  JsonWriter json(answer.body);
  if (!write_name(platform, json, call.id, time_parameter(call.request))) return empty_answer(404);
  return answer;
}

}  // namespace vrni2syslog::simulator
