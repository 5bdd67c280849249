#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The number of a search within a unit, from 1; 0 is none.
using SearchNumber = std::uint16_t;
inline constexpr SearchNumber kMaxSearchesOfUnit = std::numeric_limits<SearchNumber>::max();

/// An entity id in 112 of 128 bits: exactly where it has the platform's form,
/// "<customer>:<type>:<hash>" in decimal, otherwise by its SHA-256. The low 16 bits of the first
/// half are free, and the others never all zero.
using CompactId = std::array<std::uint64_t, 2>;

[[nodiscard]] CompactId compact_id(std::string_view entity_id);

/// The ids already met in a unit, and the last search that listed each: hash tables of 16 bytes a
/// slot, since a unit may hold a million flows. They are many, so that only a small one at a time
/// is held twice while it grows.
class SeenIds {
 public:
  /// Notes that a search lists the id. Returns the last search that had listed it before, or 0.
  SearchNumber note(const CompactId& id, SearchNumber search);
  /// Whether the id is new; it is not any more after the call. For whoever does not tell searches
  /// apart.
  [[nodiscard]] bool insert(const CompactId& id) { return note(id, 1) == 0; }
  [[nodiscard]] bool contains(const CompactId& id) const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  /// Open addressing; the free bits hold the number of the search. All zero is empty.
  struct Table {
    std::vector<CompactId> slots;
    std::size_t used = 0;

    [[nodiscard]] std::size_t slot_of(const CompactId& id, std::uint64_t hash) const;
    void grow();
  };
  static constexpr unsigned kTableBits = 5;

  std::array<Table, std::size_t{1} << kTableBits> tables_;
  std::size_t size_ = 0;
};

}  // namespace vrni2syslog
