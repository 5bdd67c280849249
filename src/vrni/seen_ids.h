#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// An entity id in 128 bits: exactly where it has the platform's form, "<customer>:<type>:<hash>"
/// in decimal, otherwise by its SHA-256. Never all zero.
using CompactId = std::array<std::uint64_t, 2>;

[[nodiscard]] CompactId compact_id(std::string_view entity_id);

/// The ids already met in a unit: a hash table of 16 bytes a slot, since a unit may hold a million
/// flows.
class SeenIds {
 public:
  /// Whether the id is new; it is not any more after the call.
  [[nodiscard]] bool insert(const CompactId& id);
  [[nodiscard]] bool contains(const CompactId& id) const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  [[nodiscard]] std::size_t slot_of(const CompactId& id) const;
  void grow();

  std::vector<CompactId> slots_;  ///< open addressing; all zero is empty
  std::size_t size_ = 0;
};

}  // namespace vrni2syslog
