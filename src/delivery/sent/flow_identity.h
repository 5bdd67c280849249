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
/// 64 bits that stand for what may change in a flow and matters to auditors: action, rule, VMs and
/// their tags.
using FlowFacts = std::array<unsigned char, 8>;

struct FlowIdentity {
  FlowKey key{};
  FlowFacts facts{};

  bool operator==(const FlowIdentity&) const = default;
};

/// Makes identities: SHA-256 over a secret salt, the scope and an unambiguous encoding of the
/// fields, cut to length. The scope is the platform and the collectors: a flow that was sent to one
/// collector was not sent to another. Without the secret salt, somebody who can choose addresses or
/// names could make two flows look like one.
///
/// The platform identifies a flow by source, destination, port and protocol, so the id usually adds
/// nothing to a key. If address ranges overlap, though, it tells apart two flows between the same
/// addresses. `flow_tag` is not a fact: it is the platform's own classification, and changes with
/// every vMotion that brings both ends to one host or apart.
class FlowIdentifier {
 public:
  static constexpr std::size_t kSaltBytes = 32;

  FlowIdentifier(std::string salt, const std::string& scope);

  /// nullopt for a flow that is not known well enough to be recognised: a partial one, or one that
  /// lacks an address.
  [[nodiscard]] std::optional<FlowIdentity> identify(const Flow& flow);

 private:
  std::string salt_;     ///< and the scope
  std::string encoded_;  ///< reused from flow to flow
};

}  // namespace vrni2syslog
