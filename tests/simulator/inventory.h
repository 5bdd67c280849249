#pragma once

#include "entity_id.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

/// The kinds of entities that flows refer to. One row of the table in inventory.cpp for each.
enum class EntityType : std::uint8_t {
  VirtualMachine,
  Vnic,
  Host,
  Cluster,
  Datacenter,
  VlanNetwork,
  VxlanNetwork,
  ResourcePool,
  Folder,
  SecurityGroup,
  SecurityTag,
  IpSet,
  Vpc,
  CloudNetwork,
  AzureNsg,
  NsxVpc,
  NsxProject,
  K8sPod,
  K8sNode,
  K8sNamespace,
  K8sService,
  SupervisorNamespace,
  SupervisorCluster,
  NetworkPolicy,
  K8sEgress,
};

/// One entity; a small value from which everything else about it follows.
struct Entity {
  EntityType type{};
  std::uint32_t index = 0;

  friend bool operator==(const Entity&, const Entity&) = default;
};

/// What a VM is for; decides what it talks to.
enum class Tier : std::uint8_t { Web, App, Database, Dns, Directory, File, Mail, Desktop };

/// Where a VM is and what it belongs to.
struct Placement {
  std::optional<Entity> vm, vnic, host, cluster, datacenter, network, resource_pool;
  std::optional<Entity> vpc, cloud_network, azure_nsg;
  std::optional<Entity> nsx_vpc, nsx_project;
  std::optional<Entity> k8s_pod, k8s_node, k8s_namespace;
  std::optional<Entity> supervisor_namespace, supervisor_cluster;
  std::vector<Entity> folders, ip_sets, security_groups, security_tags, k8s_services;
  std::vector<std::string> vm_tags;
};

struct InventoryOptions {
  std::uint64_t seed = 1;
  std::uint64_t flows = 1000;  ///< decides how many VMs there are
  double hostile = 0;          ///< fraction of the entities with a hostile name
};

/// The simulated data centre: VMs in tiers on hosts in clusters, a few of them in public clouds and
/// in Kubernetes. Nothing is stored; all is computed from the seed.
class Inventory {
 public:
  explicit Inventory(const InventoryOptions& options);

  [[nodiscard]] std::uint32_t vm_count() const noexcept { return vm_count_; }
  /// Number of entities of one type.
  [[nodiscard]] std::uint32_t count(EntityType type) const noexcept;

  [[nodiscard]] Tier tier(std::uint32_t vm) const noexcept;
  [[nodiscard]] bool is_in_cloud(std::uint32_t vm) const noexcept;
  [[nodiscard]] Entity host(std::uint32_t vm) const noexcept;
  [[nodiscard]] Entity cluster(std::uint32_t vm) const noexcept;
  [[nodiscard]] Entity datacenter(std::uint32_t vm) const noexcept;
  /// The layer 2 network: with a VLAN id, or a VXLAN without one.
  [[nodiscard]] Entity network(std::uint32_t vm) const noexcept;
  [[nodiscard]] Placement placement(std::uint32_t vm) const;

  [[nodiscard]] std::string id(Entity entity) const;
  [[nodiscard]] std::string name(Entity entity) const;
  [[nodiscard]] std::optional<Entity> find(std::string_view id) const noexcept;
  /// The id on the wire of a VLAN network; nothing for other entities.
  [[nodiscard]] static std::optional<std::int64_t> vlan_id(Entity entity) noexcept;
  /// The type as the API calls it, empty where it has none. VMs in clouds have types of their own.
  [[nodiscard]] std::string_view api_type(Entity entity) const noexcept;
  /// The id that a VM has where it runs ("vm-1017"); empty for anything else.
  [[nodiscard]] std::string vendor_id(Entity entity) const;
  /// The region of a VM in a cloud; empty for anything else.
  [[nodiscard]] std::string_view region(Entity entity) const noexcept;

 private:
  void place_in_cloud(Placement& place, std::uint32_t vm) const;
  void place_in_vcenter(Placement& place, std::uint32_t vm) const;
  void place_in_kubernetes(Placement& place, std::uint32_t vm) const;
  [[nodiscard]] std::string label(const std::string& plain, std::uint64_t purpose,
                                  std::uint32_t index) const;

  std::uint64_t seed_;
  double hostile_;
  EntityIds ids_;
  std::uint32_t vm_count_;
};

}  // namespace vrni2syslog::simulator
