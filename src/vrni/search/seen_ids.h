#pragma once

#include "vrni/api/search_hit.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The number of a search within a unit, from 1; 0 is none.
using SearchNumber = std::uint16_t;
inline constexpr SearchNumber kMaxSearchesOfUnit = std::numeric_limits<SearchNumber>::max();

/// An entity id in 96 of 128 bits: exactly if it has the platform's form,
/// "<customer>:<type>:<hash>" in decimal with a customer below 131,072 and a type below 16,384,
/// otherwise by its SHA-256. The low 32 bits of the first half are free, and the others are never
/// all zero.
using CompactId = std::array<std::uint64_t, 2>;

[[nodiscard]] CompactId compact_id(std::string_view entity_id);
/// The same for a version of an entity, by its id and its time.
[[nodiscard]] CompactId compact_version_id(std::string_view entity_id, UnixSeconds version_time);

/// The ids that a unit has already listed, each with a mark and the last search that listed it, in
/// hash tables with slots of 16 bytes, since a unit may hold a million flows. There are many
/// tables, so that only a small one at a time is in memory twice while it grows.
class SeenIds {
 public:
  /// Makes room for so many ids, as far as that takes no more than a few megabytes: tables that
  /// grow move every id several times.
  void reserve(std::uint64_t count);
  /// Has the processor load the memory that note() will look at. The tables are larger than its
  /// caches, and ids come by the thousand.
  void prefetch(const CompactId& id) const noexcept;
  /// Records that a search lists the id. Returns the last search that had listed it before, or 0.
  SearchNumber note(const CompactId& id, SearchNumber search);
  /// The same for an id with a mark. Returns nullopt, and changes nothing, if the id is there with
  /// another mark.
  [[nodiscard]] std::optional<SearchNumber> note(const CompactId& id, std::uint16_t mark,
                                                 SearchNumber search);
  /// Adds the id, for users with a single search. Returns whether it is new.
  [[nodiscard]] bool insert(const CompactId& id) { return note(id, 1) == 0; }
  [[nodiscard]] bool contains(const CompactId& id) const { return last_search_of(id) != 0; }
  /// The last search that listed the id, or 0.
  [[nodiscard]] SearchNumber last_search_of(const CompactId& id) const;
  /// Whether the id is there with this mark.
  [[nodiscard]] bool has_mark(const CompactId& id, std::uint16_t mark) const;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  /// Open addressing; the free bits hold the mark and the number of the search. All zero is empty.
  struct Table {
    std::vector<CompactId> slots;
    std::size_t used = 0;

    /// Where the search for an id begins.
    [[nodiscard]] std::size_t first_slot_of(std::uint64_t hash) const noexcept;
    [[nodiscard]] std::size_t slot_of(const CompactId& id, std::uint64_t hash) const;
    void grow();
    void grow_to(std::size_t size);
  };
  static constexpr unsigned kTableBits = 5;

  [[nodiscard]] Table& table_of(std::uint64_t hash) { return tables_[hash >> (64 - kTableBits)]; }
  [[nodiscard]] const Table& table_of(std::uint64_t hash) const {
    return tables_[hash >> (64 - kTableBits)];
  }
  /// The mark and the search of an id; 0 if it is not there.
  [[nodiscard]] std::uint64_t free_bits_of(const CompactId& id) const;

  std::array<Table, std::size_t{1} << kTableBits> tables_;
  std::size_t size_ = 0;
};

/// The flows that a unit has already listed, and their versions: a search may list several versions
/// of a flow, which share its id and differ in their times. Flows with one version, nearly all of
/// them, cost as much as in SeenIds. Two versions are taken for one only if their times differ by a
/// multiple of 65,536 seconds.
class SeenVersions {
 public:
  struct Listing {
    /// The last search that had listed this version, or that had listed the flow if the version is
    /// new and the search has not listed another one; 0 if there is none.
    SearchNumber last_search = 0;
    bool is_new = false;      ///< no search had listed this version
    bool is_other = false;    ///< another version of the flow was listed before it
    bool is_further = false;  ///< this search has listed another version of the flow
  };
  /// Makes room for so many flows: SeenIds::reserve().
  void reserve(std::uint64_t flows) { flows_.reserve(flows); }
  /// Records that a search lists a version of a flow.
  Listing note(const SearchHit& hit, SearchNumber search) {
    return note(hit, compact_id(hit.id), search);
  }
  /// The same for each of several, in their order.
  [[nodiscard]] std::vector<Listing> note(std::span<const SearchHit> hits, SearchNumber search);
  /// Whether searches have listed a flow, of which they have listed the version of `listed_time`,
  /// in the version of `other_time`, too. For a flow with several versions, one of 65,536 times is
  /// wrongly taken for listed.
  [[nodiscard]] bool has_other(std::string_view entity_id, UnixSeconds listed_time,
                               UnixSeconds other_time) const;
  /// How many flows there are, whatever the number of their versions.
  [[nodiscard]] std::size_t flow_count() const noexcept { return flows_.size(); }
  /// How many are kept in memory.
  [[nodiscard]] std::size_t version_count() const noexcept {
    return flows_.size() + other_versions_.size();
  }

 private:
  Listing note(const SearchHit& hit, const CompactId& id, SearchNumber search);

  SeenIds flows_;           ///< each marked with the version that was listed first
  SeenIds other_versions_;  ///< by their ids and times
};

}  // namespace vrni2syslog
