#include "flow_writer.h"

#include "flow_words.h"
#include "property_writer.h"

#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

// The properties of one end of a flow: `prefix` is "source_" or "destination_".
void write_side(PropertyWriter& out, const std::string& prefix, const Endpoint& end,
                const Placement& place) {
  out.ip(prefix + "ip", end);
  out.reference(prefix + "vm", place.vm);
  out.reference(prefix + "vnic", place.vnic);
  out.reference(prefix + "vpc", place.vpc);
  out.reference(prefix + "cloud_network", place.cloud_network);
  out.reference(prefix + "azure_nsg", place.azure_nsg);
  out.reference(prefix + "datacenter", place.datacenter);
  out.reference(prefix + "l2_network", place.network);
  out.reference(prefix + "resource_pool", place.resource_pool);
  out.reference(prefix + "cluster", place.cluster);
  out.reference(prefix + "host", place.host);
  out.references(prefix + "folders", place.folders);
  out.references(prefix + "ip_sets", place.ip_sets);
  out.references(prefix + "security_groups", place.security_groups);
  out.references(prefix + "security_tags", place.security_tags);
  out.texts(prefix + "vm_tags", place.vm_tags);
}

// What API 9.1 adds: `prefix` as before, `short_prefix` is "src_" or "dst_".
void write_nsx_and_k8s(PropertyWriter& out, const std::string& prefix,
                       const std::string& short_prefix, const Placement& place) {
  out.reference(prefix + "nsx_vpc", place.nsx_vpc);
  out.reference(prefix + "nsx_project", place.nsx_project);
  out.reference(short_prefix + "k8s_pod", place.k8s_pod);
  out.reference(short_prefix + "k8s_node", place.k8s_node);
  out.reference(short_prefix + "k8s_namespace", place.k8s_namespace);
  out.reference(short_prefix + "supervisor_namespace", place.supervisor_namespace);
  out.reference(short_prefix + "supervisor_cluster", place.supervisor_cluster);
  if (!place.k8s_services.empty()) out.references(short_prefix + "k8s_service", place.k8s_services);
}

void write_network_policies(PropertyWriter& out, const FlowRecord& record, const Placement& source,
                            const Placement& destination) {
  const std::uint32_t index = record.index % 40;
  if (source.k8s_pod) {
    out.reference("egress_network_policy", Entity{EntityType::NetworkPolicy, index});
    if (record.index % 2 == 0) out.reference("k8s_egress", Entity{EntityType::K8sEgress, index});
  }
  if (destination.k8s_pod) {
    out.reference("ingress_network_policy", Entity{EntityType::NetworkPolicy, index});
  }
}

std::vector<std::string> written_tags(const std::vector<std::string_view>& tags, bool has_prefix) {
  constexpr std::string_view kPrefix = "TAG_";
  std::vector<std::string> written;
  written.reserve(tags.size());
  for (const std::string_view tag : tags) {
    written.emplace_back(has_prefix ? tag : tag.substr(kPrefix.size()));
  }
  return written;
}

}  // namespace

FlowWriter::FlowWriter(const Inventory& inventory, ApiVersion version, Presentation presentation)
    : inventory_(inventory), version_(std::move(version)), presentation_(presentation) {}

void FlowWriter::write(JsonWriter& json, const FlowRecord& record, std::string_view id) const {
  PropertyWriter out(json, inventory_, presentation_, record.index);
  const Placement source = endpoint_placement(record.source, inventory_);
  const Placement destination = endpoint_placement(record.destination, inventory_);
  json.begin_object();
  out.text("entity_id", id);
  if (record.has_name) out.text("name", flow_name(record, inventory_));
  out.text("entity_type", "Flow");
  write_side(out, "source_", record.source, source);
  write_side(out, "destination_", record.destination, destination);
  out.port(record);
  out.text("protocol", protocol_word(record.protocol));
  out.text("traffic_type", traffic_type_word(record));
  out.boolean("within_host", is_within_host(record, inventory_));
  if (record.action) out.text("firewall_action", action_word(*record.action));
  out.rule_id(record.rule);
  out.texts("flow_tag", written_tags(flow_tags(record, inventory_, version_.has_nsx_and_k8s),
                                     presentation_.has_tag_prefix));
  if (version_.has_nsx_and_k8s) {
    write_nsx_and_k8s(out, "source_", "src_", source);
    write_nsx_and_k8s(out, "destination_", "dst_", destination);
    write_network_policies(out, record, source, destination);
  }
  if (presentation_.has_unknown_fields) write_unknown_fields(json);
  json.end_object();
}

void FlowWriter::write_unknown_fields(JsonWriter& json) const {
  json.key("future_number").number(42);
  json.key("future_text").text("value");
  json.key("future_null").null();
  json.key("future_list").begin_array().text("one").number(2).boolean(false).end_array();
  json.key("future_reference").begin_object();
  json.key("entity_id").text(inventory_.id({EntityType::Host, 0}));
  json.key("entity_type").text("TypeOfTheFuture");
  json.key("entity_name").text("future");
  json.end_object();
  json.key("future_object").begin_object();
  json.key("source_ip").begin_object().key("ip_address").text("192.0.2.1").end_object();
  json.key("firewall_action").begin_array().begin_array().end_array().end_array();
  json.end_object();
}

}  // namespace vrni2syslog::simulator
