#include "flow_words.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>

namespace vrni2syslog::simulator {
namespace {

bool is_outside(const Endpoint& end) noexcept {
  return end.kind == EndpointKind::Internet;
}

void add_endpoint_tag(std::vector<std::string_view>& tags, const Endpoint& end,
                      const std::array<std::string_view, 3>& words) {
  if (end.has_vm()) {
    tags.push_back(words[0]);
  } else if (end.kind == EndpointKind::Internet) {
    tags.push_back(words[1]);
  } else if (end.kind != EndpointKind::Multicast) {
    tags.push_back(words[2]);
  }
}

void add_location_tag(std::vector<std::string_view>& tags, const Endpoint& end,
                      const Inventory& inventory, const std::array<std::string_view, 3>& words) {
  if (!end.has_vm()) return;
  const bool is_azure = end.vm / 16 % 2 == 1;
  tags.push_back(!inventory.is_in_cloud(end.vm) ? words[0] : is_azure ? words[2] : words[1]);
}

void add_pair_tags(std::vector<std::string_view>& tags, const FlowRecord& record,
                   const Inventory& inventory, bool has_nsx) {
  const auto source = record.source.vm;
  const auto destination = record.destination.vm;
  if (inventory.is_in_cloud(source) || inventory.is_in_cloud(destination)) {
    tags.push_back("TAG_DIFF_VPC");
    return;
  }
  tags.push_back(is_within_host(record, inventory) ? "TAG_SAME_HOST" : "TAG_DIFF_HOST");
  tags.push_back(inventory.network(source) == inventory.network(destination)
                     ? "TAG_NETWORK_SWITCHED"
                     : "TAG_NETWORK_ROUTED");
  tags.push_back(inventory.datacenter(source) == inventory.datacenter(destination) ? "TAG_WITHIN_DC"
                                                                                   : "TAG_DIFF_DC");
  if (has_nsx && source % 6 == 0 && destination % 6 == 0) {
    tags.push_back(source == destination ? "TAG_WITHIN_NSX_VPC" : "TAG_DIFF_NSX_VPC");
    tags.push_back(source / 6 % 5 == destination / 6 % 5 ? "TAG_WITHIN_NSX_PROJECT"
                                                         : "TAG_DIFF_NSX_PROJECT");
  }
}

}  // namespace

std::string_view protocol_word(Protocol protocol) noexcept {
  static constexpr std::array<std::string_view, 4> kWords{"TCP", "UDP", "OTHER", "SCTP_V2"};
  return kWords[static_cast<std::size_t>(protocol)];
}

std::string_view action_word(Action action) noexcept {
  static constexpr std::array<std::string_view, 8> kWords{
      "ALLOW", "ACCEPT", "DENY", "DROP", "REJECT", "REDIRECT", "DO_NOT_REDIRECT", "QUARANTINE"};
  return kWords[static_cast<std::size_t>(action)];
}

std::string_view traffic_type_word(const FlowRecord& record) noexcept {
  if (record.has_unknown_words) return "NORTH_SOUTH_TRAFFIC";
  return is_outside(record.source) || is_outside(record.destination) ? "INTERNET_TRAFFIC"
                                                                     : "EAST_WEST_TRAFFIC";
}

std::vector<std::string_view> flow_tags(const FlowRecord& record, const Inventory& inventory,
                                        bool has_nsx) {
  std::vector<std::string_view> tags;
  const Endpoint& source = record.source;
  const Endpoint& destination = record.destination;
  if (record.has_unknown_words) tags.push_back("TAG_OF_THE_FUTURE");
  const bool is_internet = is_outside(source) || is_outside(destination);
  tags.push_back(is_internet ? "TAG_INTERNET_TRAFFIC" : "TAG_EAST_WEST_TRAFFIC");
  if (!is_internet) {
    tags.push_back(source.has_vm() && destination.has_vm()   ? "TAG_VM_VM_TRAFFIC"
                   : source.has_vm() || destination.has_vm() ? "TAG_VM_PHY_TRAFFIC"
                                                             : "TAG_PHY_PHY_TRAFFIC");
  }
  add_endpoint_tag(tags, source, {"TAG_SRC_IP_VM", "TAG_SRC_IP_INTERNET", "TAG_SRC_IP_PHYSICAL"});
  add_endpoint_tag(tags, destination,
                   {"TAG_DST_IP_VM", "TAG_DST_IP_INTERNET", "TAG_DST_IP_PHYSICAL"});
  add_location_tag(tags, source, inventory, {"TAG_SRC_VC", "TAG_SRC_AWS", "TAG_SRC_AZURE"});
  add_location_tag(tags, destination, inventory, {"TAG_DST_VC", "TAG_DST_AWS", "TAG_DST_AZURE"});
  if (source.has_vm() && destination.has_vm()) add_pair_tags(tags, record, inventory, has_nsx);
  tags.push_back(destination.kind == EndpointKind::Multicast ? "TAG_MULTICAST" : "TAG_UNICAST");
  tags.push_back(record.port && *record.port < 1024 ? "TAG_SHARED_SERVICE"
                                                    : "TAG_NOT_SHARED_SERVICE");
  return tags;
}

bool is_within_host(const FlowRecord& record, const Inventory& inventory) noexcept {
  const auto source = record.source.vm;
  const auto destination = record.destination.vm;
  return record.source.has_vm() && record.destination.has_vm() && !inventory.is_in_cloud(source) &&
         !inventory.is_in_cloud(destination) &&
         inventory.host(source) == inventory.host(destination);
}

std::string address_text(const IpAddress& ip) {
  std::array<unsigned char, 16> bytes{};
  const std::size_t size = ip.is_v6 ? 16 : 4;
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_prefix = ip.is_v6 && i < 8;
    const std::uint64_t half = is_prefix ? ip.prefix : ip.number;
    const std::size_t last = is_prefix ? 7 : size - 1;
    bytes[i] = static_cast<unsigned char>(half >> (last - i) * 8U);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(ip.is_v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

std::string netmask_text(const Endpoint& end) {
  if (end.ip.is_v6) return "";
  return end.kind == EndpointKind::Vm ? "255.255.255.0" : "255.255.255.255";
}

std::string network_text(const Endpoint& end) {
  if (end.ip.is_v6) return address_text({true, 0, end.ip.prefix}) + "/64";
  if (end.kind != EndpointKind::Vm) return address_text(end.ip);
  return address_text({false, end.ip.number & 0xFFFF'FF00U, 0});
}

std::string port_text(const FlowRecord& record) {
  if (!record.port) return "";
  if (record.port_end == *record.port) return std::to_string(*record.port);
  return fmt::format("{}-{}", *record.port, record.port_end);
}

std::string flow_name(const FlowRecord& record, const Inventory& inventory) {
  const auto side = [&](const Endpoint& end) {
    return end.has_vm() ? inventory.name({EntityType::VirtualMachine, end.vm})
                        : address_text(end.ip);
  };
  std::string name = side(record.source) + " -> " + side(record.destination);
  if (record.port) name += " [port:" + port_text(record) + "]";
  return name;
}

Placement endpoint_placement(const Endpoint& end, const Inventory& inventory) {
  Placement place;
  if (end.has_vm()) {
    place = inventory.placement(end.vm);
    if (end.has_other_tags) place.vm_tags.push_back("quarantine:yes");
    return place;
  }
  if (end.kind != EndpointKind::Physical) return place;
  const auto number = static_cast<std::uint32_t>(end.ip.number);
  if (number % 3 == 0) {
    place.network =
        Entity{EntityType::VlanNetwork, number % inventory.count(EntityType::VlanNetwork)};
  }
  if (number % 4 == 0) place.ip_sets.push_back({EntityType::IpSet, number % 40});
  return place;
}

}  // namespace vrni2syslog::simulator
