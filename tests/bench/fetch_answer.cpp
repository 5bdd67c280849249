#include "fetch_answer.h"

#include "flow_generator.h"
#include "flow_writer.h"
#include "inventory.h"
#include "json_writer.h"

#include <chrono>

namespace vrni2syslog::bench {
namespace {

constexpr std::int64_t kFrom = 1'748'736'000;  // 2025-06-01T00:00:00Z
constexpr std::int64_t kUntil = kFrom + 86'400;

}  // namespace

TimeWindow answer_window() {
  return {UnixSeconds(std::chrono::seconds(kFrom)), UnixSeconds(std::chrono::seconds(kUntil))};
}

std::string make_fetch_answer(std::uint32_t flow_count) {
  simulator::InventoryOptions inventory_options;
  inventory_options.flows = flow_count;
  const simulator::Inventory inventory(inventory_options);
  simulator::FlowOptions flow_options;
  flow_options.count = flow_count;
  flow_options.from = kFrom;
  flow_options.until = kUntil - 1;
  const simulator::FlowGenerator flows(flow_options, inventory);
  const simulator::FlowWriter writer(inventory, simulator::ApiVersion(), simulator::Presentation());
  std::string answer;
  simulator::JsonWriter json(answer);
  json.begin_object().key("results").begin_array();
  for (std::uint32_t index = 0; index < flow_count; ++index) {
    const std::string id = flows.id(index);
    json.begin_object();
    json.key("entity_id").text(id);
    json.key("entity_type").text("Flow");
    json.key("time").number(flows.activity(index).version);
    json.key("entity");
    writer.write(json, flows.flow(index), id);
    json.end_object();
  }
  json.end_array().end_object();
  return answer;
}

}  // namespace vrni2syslog::bench
