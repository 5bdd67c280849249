#pragma once

#include "flow_record.h"
#include "inventory.h"

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

/// The API's words for what a flow record holds as numbers. Views are of constants.
[[nodiscard]] std::string_view protocol_word(Protocol protocol) noexcept;
[[nodiscard]] std::string_view action_word(Action action) noexcept;
[[nodiscard]] std::string_view traffic_type_word(const FlowRecord& record) noexcept;
/// With the prefix "TAG_". `has_nsx` adds the tags of API 9.1.
[[nodiscard]] std::vector<std::string_view> flow_tags(const FlowRecord& record,
                                                      const Inventory& inventory, bool has_nsx);
[[nodiscard]] bool is_within_host(const FlowRecord& record, const Inventory& inventory) noexcept;

[[nodiscard]] std::string address_text(const IpAddress& ip);
[[nodiscard]] std::string netmask_text(const Endpoint& end);
[[nodiscard]] std::string network_text(const Endpoint& end);

/// "443", or "49152-65535".
[[nodiscard]] std::string port_text(const FlowRecord& record);
/// "web-01 -> db-01 [port:443]", with addresses for ends that are not VMs.
[[nodiscard]] std::string flow_name(const FlowRecord& record, const Inventory& inventory);

/// What one side of a flow belongs to; for physical ends at most a layer 2 network and IP sets, for
/// the internet nothing.
[[nodiscard]] Placement endpoint_placement(const Endpoint& end, const Inventory& inventory);

}  // namespace vrni2syslog::simulator
