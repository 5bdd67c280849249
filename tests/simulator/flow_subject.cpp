#include "flow_subject.h"

#include "flow_words.h"
#include "service_port.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

constexpr std::array<std::string_view, 10> kSingleReferences{
    "vm",         "vnic",       "vpc",           "cloud_network", "azure_nsg",
    "datacenter", "l2_network", "resource_pool", "cluster",       "host"};
constexpr std::array<std::string_view, 4> kReferenceLists{"folders", "ip_sets", "security_groups",
                                                          "security_tags"};
constexpr std::array<std::string_view, 4> kAddressParts{"", "ip_address", "netmask",
                                                        "network_address"};
constexpr std::array<std::string_view, 5> kPortParts{"", "start", "end", "display", "iana_name"};
constexpr std::array<std::string_view, 3> kReferenceParts{"", "name", "entity_id"};

// "source_ip.ip_address" is property "source_ip", part "ip_address".
struct Path {
  std::string_view property;
  std::string_view part;

  explicit Path(std::string_view field) {
    const auto dot = field.find('.');
    property = field.substr(0, dot);
    if (dot != std::string_view::npos) part = field.substr(dot + 1);
  }
};

// "vm" of "source_vm" and of "destination_vm"; otherwise empty.
std::string_view without_side(std::string_view property) noexcept {
  for (const std::string_view prefix : {"source_", "destination_"}) {
    if (property.starts_with(prefix)) return property.substr(prefix.size());
  }
  return {};
}

template <typename Range>
bool contains(const Range& range, std::string_view text) {
  return std::ranges::find(range, text) != range.end();
}

std::vector<Entity> entities_of(const Placement& place, std::string_view name) {
  const std::array<std::optional<Entity>, 10> singles{
      place.vm,         place.vnic,    place.vpc,           place.cloud_network, place.azure_nsg,
      place.datacenter, place.network, place.resource_pool, place.cluster,       place.host};
  const std::array lists{&place.folders, &place.ip_sets, &place.security_groups,
                         &place.security_tags};
  if (const auto list = std::ranges::find(kReferenceLists, name); list != kReferenceLists.end()) {
    return *lists[static_cast<std::size_t>(list - kReferenceLists.begin())];
  }
  const auto single = std::ranges::find(kSingleReferences, name);
  const auto& entity = singles[static_cast<std::size_t>(single - kSingleReferences.begin())];
  return entity ? std::vector{*entity} : std::vector<Entity>{};
}

bool any_of_port(const FlowRecord& record, std::string_view part, const FilterSubject::Test& test) {
  if (!record.port) return false;
  if (part == "iana_name") {
    const auto name = iana_name(*record.port);
    return !name.empty() && test(name);
  }
  if (part == "display") return test(port_text(record));
  return test(std::to_string(part == "end" ? record.port_end : *record.port));
}

}  // namespace

bool FlowSubject::has_field(std::string_view field) {
  const Path path(field);
  if (path.property == "port") return contains(kPortParts, path.part);
  if (const auto name = without_side(path.property); !name.empty()) {
    if (name == "ip") return contains(kAddressParts, path.part);
    if (name == "vm_tags") return path.part.empty();
    return (contains(kSingleReferences, name) || contains(kReferenceLists, name)) &&
           contains(kReferenceParts, path.part);
  }
  return contains(std::array<std::string_view, 8>{"entity_id", "name", "protocol", "traffic_type",
                                                  "within_host", "firewall_action",
                                                  "firewall_rule_id", "flow_tag"},
                  field);
}

bool FlowSubject::can_sort_by(std::string_view field) {
  const auto name = without_side(field);
  return name == "ip" || contains(kSingleReferences, name) || contains(kReferenceLists, name) ||
         contains(std::array<std::string_view, 5>{"port.display", "port.iana_name", "protocol",
                                                  "firewall_rule_id", "flow_tag"},
                  field);
}

bool FlowSubject::any_value(std::string_view field, const Test& test) const {
  if (field == "entity_id") return test(generator_.id(record_.index));
  if (field == "protocol") return test(protocol_word(record_.protocol));
  if (field == "traffic_type") return test(traffic_type_word(record_));
  if (field == "within_host") return test(is_within_host(record_, inventory_) ? "true" : "false");
  if (field == "firewall_action") return record_.action && test(action_word(*record_.action));
  if (field == "firewall_rule_id") return record_.rule && test(std::to_string(*record_.rule));
  if (field == "flow_tag") return std::ranges::any_of(flow_tags(record_, inventory_, true), test);
  if (field == "name") return record_.has_name && test(flow_name(record_, inventory_));
  const Path path(field);
  if (path.property == "port") return any_of_port(record_, path.part, test);
  const bool is_source = field.starts_with("source_");
  return any_of_side(field, is_source ? record_.source : record_.destination, test);
}

bool FlowSubject::any_of_side(std::string_view field, const Endpoint& end, const Test& test) const {
  const Path path(field);
  const std::string_view name = without_side(path.property);
  if (name == "ip") {
    if (path.part == "netmask") return test(netmask_text(end));
    return test(path.part == "network_address" ? network_text(end) : address_text(end.ip));
  }
  const Placement place = endpoint_placement(end, inventory_);
  if (name == "vm_tags") return std::ranges::any_of(place.vm_tags, test);
  return std::ranges::any_of(entities_of(place, name), [&](const Entity& entity) {
    return test(path.part == "entity_id" ? inventory_.id(entity) : inventory_.name(entity));
  });
}

}  // namespace vrni2syslog::simulator
