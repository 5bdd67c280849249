#include "flow/flow_field.h"

#include <algorithm>
#include <array>

namespace vrni2syslog {
namespace {

constexpr std::array<FlowFieldInfo, kFlowFieldCount> kFlowFields{{
    {FlowField::Action, FieldKind::Text, true, "action", "firewall_action"},
    {FlowField::Protocol, FieldKind::Text, true, "proto", "protocol"},
    {FlowField::SourceIp, FieldKind::IpAddress, true, "src_ip", "source_ip"},
    {FlowField::DestinationIp, FieldKind::IpAddress, true, "dst_ip", "destination_ip"},
    {FlowField::DestinationPort, FieldKind::Port, true, "dst_port", "port"},
    {FlowField::DestinationPortEnd, FieldKind::Derived, true, "dst_port_end", ""},
    {FlowField::PortName, FieldKind::Derived, false, "port_name", ""},
    {FlowField::SourceVm, FieldKind::Reference, false, "src_vm", "source_vm"},
    {FlowField::DestinationVm, FieldKind::Reference, false, "dst_vm", "destination_vm"},
    {FlowField::RuleId, FieldKind::Text, false, "rule_id", "firewall_rule_id"},
    {FlowField::TrafficType, FieldKind::Text, false, "traffic_type", "traffic_type"},
    {FlowField::WithinHost, FieldKind::Text, false, "within_host", "within_host"},
    {FlowField::FlowTag, FieldKind::Texts, false, "flow_tag", "flow_tag"},
    {FlowField::SourceNetwork, FieldKind::Reference, false, "src_net", "source_l2_network"},
    {FlowField::DestinationNetwork, FieldKind::Reference, false, "dst_net",
     "destination_l2_network"},
    {FlowField::SourceVlanId, FieldKind::Derived, false, "src_vlan_id", ""},
    {FlowField::DestinationVlanId, FieldKind::Derived, false, "dst_vlan_id", ""},
    {FlowField::SourceCluster, FieldKind::Reference, false, "src_cluster", "source_cluster"},
    {FlowField::DestinationCluster, FieldKind::Reference, false, "dst_cluster",
     "destination_cluster"},
    {FlowField::SourceHost, FieldKind::Reference, false, "src_host", "source_host"},
    {FlowField::DestinationHost, FieldKind::Reference, false, "dst_host", "destination_host"},
    {FlowField::SourceDatacenter, FieldKind::Reference, false, "src_datacenter",
     "source_datacenter"},
    {FlowField::DestinationDatacenter, FieldKind::Reference, false, "dst_datacenter",
     "destination_datacenter"},
    {FlowField::SourceSecurityGroups, FieldKind::References, false, "src_groups",
     "source_security_groups"},
    {FlowField::DestinationSecurityGroups, FieldKind::References, false, "dst_groups",
     "destination_security_groups"},
    {FlowField::SourceSecurityTags, FieldKind::References, false, "src_tags",
     "source_security_tags"},
    {FlowField::DestinationSecurityTags, FieldKind::References, false, "dst_tags",
     "destination_security_tags"},
    {FlowField::SourceVmTags, FieldKind::Texts, false, "src_vm_tags", "source_vm_tags"},
    {FlowField::DestinationVmTags, FieldKind::Texts, false, "dst_vm_tags", "destination_vm_tags"},
    {FlowField::SourceIpSets, FieldKind::References, false, "src_ip_sets", "source_ip_sets"},
    {FlowField::DestinationIpSets, FieldKind::References, false, "dst_ip_sets",
     "destination_ip_sets"},
    {FlowField::SourceFolders, FieldKind::References, false, "src_folders", "source_folders"},
    {FlowField::DestinationFolders, FieldKind::References, false, "dst_folders",
     "destination_folders"},
    {FlowField::SourceResourcePool, FieldKind::Reference, false, "src_resource_pool",
     "source_resource_pool"},
    {FlowField::DestinationResourcePool, FieldKind::Reference, false, "dst_resource_pool",
     "destination_resource_pool"},
    {FlowField::SourceVnic, FieldKind::Reference, false, "src_vnic", "source_vnic"},
    {FlowField::DestinationVnic, FieldKind::Reference, false, "dst_vnic", "destination_vnic"},
    {FlowField::SourceVpc, FieldKind::Reference, false, "src_vpc", "source_vpc"},
    {FlowField::DestinationVpc, FieldKind::Reference, false, "dst_vpc", "destination_vpc"},
    {FlowField::SourceCloudNetwork, FieldKind::Reference, false, "src_cloud_network",
     "source_cloud_network"},
    {FlowField::DestinationCloudNetwork, FieldKind::Reference, false, "dst_cloud_network",
     "destination_cloud_network"},
    {FlowField::SourceAzureNsg, FieldKind::Reference, false, "src_azure_nsg", "source_azure_nsg"},
    {FlowField::DestinationAzureNsg, FieldKind::Reference, false, "dst_azure_nsg",
     "destination_azure_nsg"},
    {FlowField::SourceNsxVpc, FieldKind::Reference, false, "src_nsx_vpc", "source_nsx_vpc"},
    {FlowField::DestinationNsxVpc, FieldKind::Reference, false, "dst_nsx_vpc",
     "destination_nsx_vpc"},
    {FlowField::SourceNsxProject, FieldKind::Reference, false, "src_nsx_project",
     "source_nsx_project"},
    {FlowField::DestinationNsxProject, FieldKind::Reference, false, "dst_nsx_project",
     "destination_nsx_project"},
    {FlowField::SourceK8sPod, FieldKind::Reference, false, "src_k8s_pod", "src_k8s_pod"},
    {FlowField::DestinationK8sPod, FieldKind::Reference, false, "dst_k8s_pod", "dst_k8s_pod"},
    {FlowField::SourceK8sNode, FieldKind::Reference, false, "src_k8s_node", "src_k8s_node"},
    {FlowField::DestinationK8sNode, FieldKind::Reference, false, "dst_k8s_node", "dst_k8s_node"},
    {FlowField::SourceK8sNamespace, FieldKind::Reference, false, "src_k8s_namespace",
     "src_k8s_namespace"},
    {FlowField::DestinationK8sNamespace, FieldKind::Reference, false, "dst_k8s_namespace",
     "dst_k8s_namespace"},
    {FlowField::SourceK8sService, FieldKind::References, false, "src_k8s_service",
     "src_k8s_service"},
    {FlowField::DestinationK8sService, FieldKind::References, false, "dst_k8s_service",
     "dst_k8s_service"},
    {FlowField::SourceSupervisorNamespace, FieldKind::Reference, false, "src_supervisor_namespace",
     "src_supervisor_namespace"},
    {FlowField::DestinationSupervisorNamespace, FieldKind::Reference, false,
     "dst_supervisor_namespace", "dst_supervisor_namespace"},
    {FlowField::SourceSupervisorCluster, FieldKind::Reference, false, "src_supervisor_cluster",
     "src_supervisor_cluster"},
    {FlowField::DestinationSupervisorCluster, FieldKind::Reference, false, "dst_supervisor_cluster",
     "dst_supervisor_cluster"},
    {FlowField::EgressNetworkPolicy, FieldKind::Reference, false, "egress_network_policy",
     "egress_network_policy"},
    {FlowField::IngressNetworkPolicy, FieldKind::Reference, false, "ingress_network_policy",
     "ingress_network_policy"},
    {FlowField::K8sEgress, FieldKind::Reference, false, "k8s_egress", "k8s_egress"},
    {FlowField::SourceIpNetwork, FieldKind::Derived, false, "src_ip_network", ""},
    {FlowField::DestinationIpNetwork, FieldKind::Derived, false, "dst_ip_network", ""},
    {FlowField::SourceIpNetmask, FieldKind::Derived, false, "src_ip_netmask", ""},
    {FlowField::DestinationIpNetmask, FieldKind::Derived, false, "dst_ip_netmask", ""},
    {FlowField::Bytes, FieldKind::Counter, false, "bytes", ""},
    {FlowField::SourceBytes, FieldKind::Counter, false, "src_bytes", ""},
    {FlowField::DestinationBytes, FieldKind::Counter, false, "dst_bytes", ""},
    {FlowField::Packets, FieldKind::Counter, false, "packets", ""},
    {FlowField::Sessions, FieldKind::Counter, false, "sessions", ""},
    {FlowField::FlowId, FieldKind::Record, true, "flow_id", ""},
    {FlowField::WindowStart, FieldKind::Record, true, "window_start", ""},
    {FlowField::WindowEnd, FieldKind::Record, true, "window_end", ""},
    {FlowField::Snapshot, FieldKind::Record, true, "snapshot", ""},
    {FlowField::Run, FieldKind::Record, true, "run", ""},
}};

constexpr bool is_in_order_of_the_enumeration() {
  for (std::size_t i = 0; i < kFlowFields.size(); ++i) {
    if (static_cast<std::size_t>(kFlowFields[i].field) != i) return false;
  }
  return true;
}
static_assert(is_in_order_of_the_enumeration(), "info_of() uses FlowField as an index");

}  // namespace

std::span<const FlowFieldInfo, kFlowFieldCount> flow_fields() noexcept {
  return kFlowFields;
}

const FlowFieldInfo& info_of(FlowField field) noexcept {
  return kFlowFields[static_cast<std::size_t>(field)];
}

std::optional<FlowField> flow_field_by_name(std::string_view name) noexcept {
  const auto row = std::ranges::find(kFlowFields, name, &FlowFieldInfo::name);
  if (row == kFlowFields.end()) return std::nullopt;
  return row->field;
}

}  // namespace vrni2syslog
