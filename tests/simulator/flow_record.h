#pragma once

#include <cstdint>
#include <optional>

namespace vrni2syslog::simulator {

enum class EndpointKind : std::uint8_t { Vm, Physical, Internet, Multicast };

struct IpAddress {
  bool is_v6 = false;
  std::uint64_t number = 0;  ///< IPv4: the address; IPv6: the last 64 bits
  std::uint64_t prefix = 0;  ///< IPv6: the first 64 bits
};

/// One side of a flow.
struct Endpoint {
  EndpointKind kind = EndpointKind::Physical;
  std::uint32_t vm = 0;       ///< index in the inventory, where kind is Vm
  bool is_unmatched = false;  ///< a VM's address, but the platform did not find the VM
  IpAddress ip;
  bool has_other_tags = false;  ///< than the inventory says

  [[nodiscard]] bool has_vm() const noexcept { return kind == EndpointKind::Vm && !is_unmatched; }
};

enum class Protocol : std::uint8_t { Tcp, Udp, Other, Unknown };

enum class Action : std::uint8_t {
  Allow,
  Accept,
  Deny,
  Drop,
  Reject,
  Redirect,
  DoNotRedirect,
  Unknown,  ///< a value that no version of the API documents
};

/// In which seconds, since the epoch, a flow was active, and since when it has been as it is.
struct Activity {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t version = 0;  ///< `time` of its results; may lie days before `first`

  [[nodiscard]] bool overlaps(std::int64_t start, std::int64_t end) const noexcept {
    return first <= end && last >= start;
  }
};

/// How much older the earlier version of a flow is than the flow's own.
inline constexpr std::int64_t kAgeOfEarlierVersion = 3600;

/// One flow, as numbers; the words are made when it is written.
struct FlowRecord {
  std::uint32_t index = 0;
  Endpoint source;
  Endpoint destination;
  Protocol protocol = Protocol::Tcp;
  std::optional<std::uint16_t> port;  ///< the destination's
  std::uint16_t port_end = 0;
  std::optional<Action> action;
  std::optional<std::uint32_t> rule;
  bool has_name = true;
  bool has_unknown_words = false;  ///< traffic type and flow tags that no version documents
};

}  // namespace vrni2syslog::simulator
