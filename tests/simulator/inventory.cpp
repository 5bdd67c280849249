#include "inventory.h"

#include "hash.h"
#include "hostile_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vrni2syslog::simulator {
namespace {

struct TypeRow {
  EntityType type;
  std::uint32_t code;  // in entity ids
  std::string_view api_name;
  std::string_view name_stem;
};

constexpr std::array kTypes{
    TypeRow{EntityType::VirtualMachine, 1, "VirtualMachine", ""},
    TypeRow{EntityType::Vnic, 18, "Vnic", "nic-"},
    TypeRow{EntityType::Host, 4, "Host", "esx-"},
    TypeRow{EntityType::Cluster, 66, "Cluster", "cluster-"},
    TypeRow{EntityType::Datacenter, 105, "VCDatacenter", "dc-"},
    TypeRow{EntityType::VlanNetwork, 11, "VlanL2Network", "vlan-"},
    TypeRow{EntityType::VxlanNetwork, 12, "VxlanLayer2Network", "segment-"},
    TypeRow{EntityType::ResourcePool, 79, "ResourcePool", "pool-"},
    TypeRow{EntityType::Folder, 81, "Folder", "folder-"},
    TypeRow{EntityType::SecurityGroup, 550, "SecurityGroup", "sg-"},
    TypeRow{EntityType::SecurityTag, 99, "SecurityTag", "tag-"},
    TypeRow{EntityType::IpSet, 84, "IPSet", "ipset-"},
    TypeRow{EntityType::Vpc, 601, "VPC", "vpc-"},
    TypeRow{EntityType::CloudNetwork, 701, "", "subnet-"},
    TypeRow{EntityType::AzureNsg, 702, "AzureNSG", "nsg-"},
    TypeRow{EntityType::NsxVpc, 901, "NSXVpc", "nsx-vpc-"},
    TypeRow{EntityType::NsxProject, 902, "NSXProject", "project-"},
    TypeRow{EntityType::K8sPod, 910, "KubernetesPod", "pod-"},
    TypeRow{EntityType::K8sNode, 911, "KubernetesNode", "node-"},
    TypeRow{EntityType::K8sNamespace, 912, "KubernetesNamespace", "namespace-"},
    TypeRow{EntityType::K8sService, 913, "KubernetesService", "service-"},
    TypeRow{EntityType::SupervisorNamespace, 914, "SupervisorNamespace", "sv-namespace-"},
    TypeRow{EntityType::SupervisorCluster, 915, "SupervisorCluster", "sv-cluster-"},
    TypeRow{EntityType::NetworkPolicy, 916, "KubernetesNetworkPolicy", "policy-"},
    TypeRow{EntityType::K8sEgress, 917, "KubernetesEgress", "egress-"},
};

constexpr const TypeRow& row(EntityType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}

constexpr std::array kTierPattern{
    Tier::Web,       Tier::App,     Tier::Database, Tier::Web,  Tier::App, Tier::Desktop,
    Tier::Dns,       Tier::Web,     Tier::App,      Tier::Mail, Tier::Web, Tier::Database,
    Tier::Directory, Tier::Desktop, Tier::App,      Tier::File,
};

constexpr std::array<std::string_view, 8> kTierNames{"web", "app",  "db",   "dns",
                                                     "ad",  "file", "mail", "vdi"};

// What a hash is drawn for.
constexpr std::uint64_t kHostOfVm = 50;
constexpr std::uint64_t kVmTag = 51;
constexpr std::uint64_t kName = 100;  // plus the entity's type

constexpr std::uint32_t kVmsPerHost = 12;
constexpr std::uint32_t kHostsPerCluster = 8;
constexpr std::uint32_t kClustersPerDatacenter = 4;
constexpr std::uint32_t kVmsPerNetwork = 20;
constexpr std::uint32_t kFirstVlanId = 100;
constexpr std::uint32_t kOversizedVm = 1;

constexpr std::uint32_t divide_up(std::uint32_t value, std::uint32_t by) noexcept {
  return (value + by - 1) / by;
}

std::string_view tier_name(Tier tier) noexcept {
  return kTierNames[static_cast<std::size_t>(tier)];
}

}  // namespace

Inventory::Inventory(const InventoryOptions& options)
    : seed_(options.seed),
      hostile_(options.hostile),
      ids_(options.seed),
      vm_count_(
          static_cast<std::uint32_t>(std::clamp<std::uint64_t>(options.flows / 20, 64, 20'000))) {}

std::uint32_t Inventory::count(EntityType type) const noexcept {
  const std::uint32_t hosts = divide_up(vm_count_, kVmsPerHost);
  const std::uint32_t clusters = divide_up(hosts, kHostsPerCluster);
  switch (type) {
    case EntityType::VirtualMachine:
    case EntityType::Vnic:
    case EntityType::K8sPod:
    case EntityType::K8sNode:
      return vm_count_;
    case EntityType::Host:
      return hosts;
    case EntityType::Cluster:
    case EntityType::ResourcePool:
    case EntityType::SupervisorCluster:
      return clusters;
    case EntityType::Datacenter:
      return divide_up(clusters, kClustersPerDatacenter);
    case EntityType::VlanNetwork:
    case EntityType::VxlanNetwork:
      return divide_up(vm_count_, kVmsPerNetwork);
    default:
      return 40;
  }
}

namespace {

// Of those in clouds.
[[nodiscard]] bool is_in_azure(std::uint32_t vm) noexcept {
  return vm / 16 % 2 == 1;
}

}  // namespace

Tier Inventory::tier(std::uint32_t vm) const noexcept {
  return kTierPattern[vm % kTierPattern.size()];
}

bool Inventory::is_in_cloud(std::uint32_t vm) const noexcept {
  return vm % 16 == 10;
}

Entity Inventory::host(std::uint32_t vm) const noexcept {
  const auto hosts = count(EntityType::Host);
  return {EntityType::Host, static_cast<std::uint32_t>(hash(seed_, kHostOfVm, vm) % hosts)};
}

Entity Inventory::cluster(std::uint32_t vm) const noexcept {
  return {EntityType::Cluster, host(vm).index / kHostsPerCluster};
}

Entity Inventory::datacenter(std::uint32_t vm) const noexcept {
  return {EntityType::Datacenter, cluster(vm).index / kClustersPerDatacenter};
}

Entity Inventory::network(std::uint32_t vm) const noexcept {
  const std::uint32_t index = vm / kVmsPerNetwork;
  return {index % 4 == 3 ? EntityType::VxlanNetwork : EntityType::VlanNetwork, index};
}

Placement Inventory::placement(std::uint32_t vm) const {
  Placement place;
  place.vm = Entity{EntityType::VirtualMachine, vm};
  place.vnic = Entity{EntityType::Vnic, vm};
  if (is_in_cloud(vm)) {
    place_in_cloud(place, vm);
  } else {
    place_in_vcenter(place, vm);
  }
  if (tier(vm) == Tier::App) place_in_kubernetes(place, vm);
  const auto tier_index = static_cast<std::uint32_t>(tier(vm));
  place.security_groups.push_back({EntityType::SecurityGroup, tier_index});
  if (vm % 3 == 0) place.security_groups.push_back({EntityType::SecurityGroup, 8 + vm % 32});
  for (std::uint32_t i = 0; i < vm % 4; ++i) {
    place.security_tags.push_back({EntityType::SecurityTag, (vm + i * 7) % 40});
  }
  if (vm % 5 == 0) place.ip_sets.push_back({EntityType::IpSet, vm % 40});
  if (vm % 2 == 0) {
    place.vm_tags.push_back(label(fmt::format("owner:team-{}", vm % 7), kVmTag, vm));
    place.vm_tags.push_back(vm % 3 == 0 ? "env:production" : "env:test");
  }
  return place;
}

void Inventory::place_in_cloud(Placement& place, std::uint32_t vm) const {
  place.vpc = Entity{EntityType::Vpc, vm % 40};
  place.cloud_network = Entity{EntityType::CloudNetwork, vm / 3 % 40};
  if (is_in_azure(vm)) place.azure_nsg = Entity{EntityType::AzureNsg, vm / 5 % 40};
}

void Inventory::place_in_vcenter(Placement& place, std::uint32_t vm) const {
  place.host = host(vm);
  place.cluster = cluster(vm);
  place.datacenter = datacenter(vm);
  place.network = network(vm);
  place.resource_pool = Entity{EntityType::ResourcePool, cluster(vm).index};
  place.folders.push_back({EntityType::Folder, static_cast<std::uint32_t>(tier(vm))});
  if (vm % 7 == 0) place.folders.push_back({EntityType::Folder, 8 + vm % 32});
  if (vm % 6 == 0) {
    place.nsx_project = Entity{EntityType::NsxProject, vm / 6 % 5};
    place.nsx_vpc = Entity{EntityType::NsxVpc, vm / 6 % 40};
  }
}

void Inventory::place_in_kubernetes(Placement& place, std::uint32_t vm) const {
  place.k8s_pod = Entity{EntityType::K8sPod, vm};
  place.k8s_node = Entity{EntityType::K8sNode, vm};
  place.k8s_namespace = Entity{EntityType::K8sNamespace, vm % 40};
  place.supervisor_namespace = Entity{EntityType::SupervisorNamespace, vm % 40};
  place.supervisor_cluster = Entity{EntityType::SupervisorCluster, cluster(vm).index};
  for (std::uint32_t i = 0; i <= vm % 3; ++i) {
    place.k8s_services.push_back({EntityType::K8sService, (vm + i * 11) % 40});
  }
}

std::string Inventory::id(Entity entity) const {
  return ids_.text(row(entity.type).code, entity.index);
}

std::string Inventory::name(Entity entity) const {
  const TypeRow& type = row(entity.type);
  const auto purpose = kName + static_cast<std::uint64_t>(entity.type);
  std::string plain;
  switch (entity.type) {
    case EntityType::VirtualMachine:
      plain = fmt::format("{}-{:03}", tier_name(tier(entity.index)), entity.index);
      if (hostile_ > 0 && entity.index == kOversizedVm) return oversized_name(plain);
      // The first VMs have one kind each, so that every kind occurs.
      if (hostile_ > 0 && entity.index >= 2 && entity.index < 2 + hostile_kind_count()) {
        return hostile_name(plain, entity.index - 2);
      }
      break;
    case EntityType::VlanNetwork:
      plain = fmt::format("{}{}", type.name_stem, *vlan_id(entity));
      break;
    default:
      plain = fmt::format("{}{:02}", type.name_stem, entity.index);
  }
  return label(plain, purpose, entity.index);
}

std::string Inventory::label(const std::string& plain, std::uint64_t purpose,
                             std::uint32_t index) const {
  const auto chance = hash(seed_, purpose, index);
  return to_fraction(chance) < hostile_ ? hostile_name(plain, mix(chance)) : plain;
}

std::optional<Entity> Inventory::find(std::string_view id) const noexcept {
  const auto parsed = parse_entity_id(id);
  if (!parsed) return std::nullopt;
  const auto type = std::ranges::find(kTypes, parsed->type_code, &TypeRow::code);
  if (type == kTypes.end()) return std::nullopt;
  const auto index = ids_.index(*parsed);
  if (index >= count(type->type)) return std::nullopt;
  return Entity{type->type, static_cast<std::uint32_t>(index)};
}

std::optional<std::int64_t> Inventory::vlan_id(Entity entity) noexcept {
  if (entity.type != EntityType::VlanNetwork) return std::nullopt;
  return kFirstVlanId + entity.index;
}

std::string_view Inventory::api_type(Entity entity) const noexcept {
  if (entity.type != EntityType::VirtualMachine || !is_in_cloud(entity.index))
    return row(entity.type).api_name;
  return is_in_azure(entity.index) ? "AzureVirtualMachine" : "EC2Instance";
}

std::string Inventory::vendor_id(Entity entity) const {
  if (entity.type != EntityType::VirtualMachine) return {};
  return is_in_cloud(entity.index) ? fmt::format("i-{:08x}", entity.index)
                                   : fmt::format("vm-{}", 1000 + entity.index);
}

std::string_view Inventory::region(Entity entity) const noexcept {
  if (entity.type != EntityType::VirtualMachine || !is_in_cloud(entity.index)) return {};
  return is_in_azure(entity.index) ? "westeurope" : "eu-west-1";
}

}  // namespace vrni2syslog::simulator
