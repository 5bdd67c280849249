#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

/// An entity id taken apart: "10000:515:1491521924" is customer, code of the entity's type, number.
struct EntityId {
  std::uint32_t type_code = 0;
  std::uint64_t number = 0;
};

/// Nothing for text that is not an entity id of this customer.
[[nodiscard]] std::optional<EntityId> parse_entity_id(std::string_view text) noexcept;

/// The ids of the simulated platform. A type's entities are numbered from 0; their ids are 63-bit
/// numbers without visible order, as on a real platform, from which the index can be computed.
class EntityIds {
 public:
  explicit EntityIds(std::uint64_t seed) noexcept : seed_(seed) {}

  [[nodiscard]] std::string text(std::uint32_t type_code, std::uint64_t index) const;
  /// The index that text() made the id of; any other id gives some index beyond all counts.
  [[nodiscard]] std::uint64_t index(const EntityId& id) const noexcept;

 private:
  [[nodiscard]] std::uint64_t offset(std::uint32_t type_code) const noexcept;

  std::uint64_t seed_;
};

}  // namespace vrni2syslog::simulator
