#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vrni2syslog {

/// Everything that a line can say of a flow, in the order in which it says it. One row of
/// flow_fields() for each.
enum class FlowField : std::uint8_t {
  Action,
  Protocol,
  SourceIp,
  DestinationIp,
  DestinationPort,
  DestinationPortEnd,
  New,
  PortName,
  SourceVm,
  DestinationVm,
  RuleId,
  TrafficType,
  WithinHost,
  FlowTag,
  SourceNetwork,
  DestinationNetwork,
  SourceVlanId,
  DestinationVlanId,
  SourceCluster,
  DestinationCluster,
  SourceHost,
  DestinationHost,
  SourceDatacenter,
  DestinationDatacenter,
  SourceSecurityGroups,
  DestinationSecurityGroups,
  SourceSecurityTags,
  DestinationSecurityTags,
  SourceVmTags,
  DestinationVmTags,
  SourceIpSets,
  DestinationIpSets,
  SourceFolders,
  DestinationFolders,
  SourceResourcePool,
  DestinationResourcePool,
  SourceVnic,
  DestinationVnic,
  SourceVpc,
  DestinationVpc,
  SourceCloudNetwork,
  DestinationCloudNetwork,
  SourceAzureNsg,
  DestinationAzureNsg,
  SourceNsxVpc,
  DestinationNsxVpc,
  SourceNsxProject,
  DestinationNsxProject,
  SourceK8sPod,
  DestinationK8sPod,
  SourceK8sNode,
  DestinationK8sNode,
  SourceK8sNamespace,
  DestinationK8sNamespace,
  SourceK8sService,
  DestinationK8sService,
  SourceSupervisorNamespace,
  DestinationSupervisorNamespace,
  SourceSupervisorCluster,
  DestinationSupervisorCluster,
  EgressNetworkPolicy,
  IngressNetworkPolicy,
  K8sEgress,
  SourceIpNetwork,
  DestinationIpNetwork,
  SourceIpNetmask,
  DestinationIpNetmask,
  SourceVmType,
  DestinationVmType,
  SourceVmVcenterId,
  DestinationVmVcenterId,
  SourceVmRegion,
  DestinationVmRegion,
  Bytes,
  SourceBytes,
  DestinationBytes,
  Packets,
  Sessions,
  // From here on the fields are not the platform's: they say which record of which run this is.
  FlowId,
  WindowStart,
  WindowEnd,
  Snapshot,
  Run,
};

inline constexpr std::size_t kFlowFieldCount = static_cast<std::size_t>(FlowField::Run) + 1;

/// How the Flow entity of the platform's API carries a field.
enum class FieldKind : std::uint8_t {
  Text,        ///< a string, number or boolean; an array of these is accepted
  Texts,       ///< an array of strings
  Reference,   ///< {entity_id, entity_type, entity_name}: the name of another entity
  References,  ///< an array of these
  IpAddress,  ///< {ip_address, netmask, network_address}: also fills the network and netmask fields
  Port,       ///< {start, end, display, iana_name, iana_port_display}: also fills the end and name
              ///< fields
  Derived,    ///< filled along with another field
  VmDetail,   ///< not in the entity: in that of its VM, if it is asked for
  Counter,    ///< not in the entity: summed up from its metrics, if they are asked for
  History,    ///< not of the platform: what is known of the flow from earlier runs
  Record,     ///< not of the platform: what identifies the record
};

struct FlowFieldInfo {
  FlowField field;
  FieldKind kind;
  /// Never dropped when a line is too long: the 5-tuple, the action and the record's identity.
  bool is_essential = false;
  std::string_view name;           ///< PARAM-NAME in the structured data, and the word for --fields
  std::string_view api_name = {};  ///< property of the Flow entity; empty if it has none of its own
};

/// The table, in the order of FlowField.
[[nodiscard]] std::span<const FlowFieldInfo, kFlowFieldCount> flow_fields() noexcept;
[[nodiscard]] const FlowFieldInfo& info_of(FlowField field) noexcept;

/// By the name in the structured data ("src_ip").
[[nodiscard]] std::optional<FlowField> flow_field_by_name(std::string_view name) noexcept;

}  // namespace vrni2syslog
