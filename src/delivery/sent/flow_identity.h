#pragma once

#include "flow/flow.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// 128 bits that stand for a flow: its entity, source, destination, port and protocol.
using FlowKey = std::array<unsigned char, 16>;
/// 64 bits that stand for what auditors care about in a flow and what may change: action, rule, VMs
/// and their tags.
using FlowFacts = std::array<unsigned char, 8>;

struct FlowIdentity {
  FlowKey key{};
  FlowFacts facts{};

  bool operator==(const FlowIdentity&) const = default;
};

/// Makes identities: SHA-256 over a secret salt, the scope and an unambiguous encoding of the
/// fields, cut to length. The scope says from where to where flows go: what one collector was sent,
/// another was not. The salt keeps whoever may choose addresses or names from making two flows look
/// like one.
///
/// The platform makes a flow's entity of source, destination, port and protocol, so its id adds
/// nothing to a key, but where address ranges overlap it keeps two flows between the same addresses
/// apart. `flow_tag` is no fact: it is the platform's own classification, and says with every
/// vMotion whether both ends are on one host.
class FlowIdentifier {
 public:
  static constexpr std::size_t kSaltBytes = 32;

  FlowIdentifier(std::string salt, const std::string& scope);

  /// Nothing for a flow that is not known well enough to be recognised: a partial one, or one
  /// without both addresses.
  [[nodiscard]] std::optional<FlowIdentity> identify(const Flow& flow);

 private:
  std::string salt_;     ///< and the scope
  std::string encoded_;  ///< reused from flow to flow
};

}  // namespace vrni2syslog
