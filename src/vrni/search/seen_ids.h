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

/// An entity id in 112 of 128 bits: exactly if it has the platform's form,
/// "<customer>:<type>:<hash>" in decimal, otherwise by its SHA-256. The low 16 bits of the first
/// half are free, and the others are never all zero.
using CompactId = std::array<std::uint64_t, 2>;

[[nodiscard]] CompactId compact_id(std::string_view entity_id);

/// The ids that a unit has already listed, and the last search that listed each, in hash tables
/// with slots of 16 bytes, since a unit may hold a million flows. There are many tables, so that
/// only a small one at a time is in memory twice while it grows.
class SeenIds {
 public:
  /// Records that a search lists the id. Returns the last search that had listed it before, or 0.
  SearchNumber note(const CompactId& id, SearchNumber search);
  /// Adds the id, for users with a single search. Returns whether it is new.
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
