#include "vrni/search/seen_ids.h"

#include "base/prefetch.h"
#include "base/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr CompactId kEmpty{0, 0};
constexpr std::size_t kFirstSlots = 64;
/// As many as are noted while memory is loaded.
constexpr std::size_t kPrefetchedIds = 16;
/// Two megabytes and a half: what the platform announces may never come.
constexpr std::uint64_t kMostReserved = 125'000;
constexpr unsigned kSearchBits = 16;
constexpr unsigned kFreeBits = 32;  ///< for the mark and the number of the search
constexpr unsigned kTypeBits = 14;
constexpr unsigned kCustomerBits = 17;
constexpr std::uint64_t kSearchMask = (std::uint64_t{1} << kSearchBits) - 1;
constexpr std::uint64_t kFreeMask = (std::uint64_t{1} << kFreeBits) - 1;
constexpr unsigned kHalfBits = 32;
constexpr std::uint64_t kLowHalf = (std::uint64_t{1} << kHalfBits) - 1;
/// Marks an exact id, as against a digest.
constexpr std::uint64_t kExactMark = std::uint64_t{1} << 63;

/// Takes a number off the front of `text`, if it is written in the usual way, without leading
/// zeros: two ids must not become the same number.
[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || (text.front() == '0' && length > 1)) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

[[nodiscard]] bool take_colon(std::string_view& text) {
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  return true;
}

[[nodiscard]] std::optional<CompactId> exact_id(std::string_view text) {
  const auto customer = take_number(text);
  if (!customer || *customer >> kCustomerBits != 0 || !take_colon(text)) return std::nullopt;
  const auto type = take_number(text);
  if (!type || *type >> kTypeBits != 0 || !take_colon(text)) return std::nullopt;
  const auto hash = take_number(text);
  if (!hash || !text.empty()) return std::nullopt;
  return CompactId{kExactMark | (*customer << kTypeBits | *type) << kFreeBits, *hash};
}

[[nodiscard]] CompactId digest_id(std::string_view text) {
  Sha256 sha;
  sha.update(text);
  const Sha256Digest digest = sha.finish();
  CompactId id;
  std::memcpy(id.data(), digest.data(), sizeof(id));
  id[0] &= ~(kExactMark | kFreeMask);
  return id == kEmpty ? CompactId{kFreeMask + 1, 0} : id;
}

/// As slot == kEmpty, which GCC makes a call of memcmp.
[[nodiscard]] bool is_empty(const CompactId& slot) {
  return (slot[0] | slot[1]) == 0;
}

[[nodiscard]] bool holds(const CompactId& slot, const CompactId& id) {
  return (slot[0] & ~kFreeMask) == id[0] && slot[1] == id[1];
}

/// The finalizer of SplitMix64: the hashes in ids may be consecutive.
[[nodiscard]] std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

[[nodiscard]] std::uint64_t hash_of(const CompactId& id) {
  return mix(id[0] ^ mix(id[1]));
}

[[nodiscard]] std::uint16_t mark_of(UnixSeconds version_time) {
  return static_cast<std::uint16_t>(version_time.time_since_epoch().count());
}

}  // namespace

CompactId compact_id(std::string_view entity_id) {
  const std::optional<CompactId> exact = exact_id(entity_id);
  return exact ? *exact : digest_id(entity_id);
}

CompactId compact_version_id(std::string_view entity_id, UnixSeconds version_time) {
  return compact_id(fmt::format("{} {}", entity_id, version_time.time_since_epoch().count()));
}

std::size_t SeenIds::Table::first_slot_of(std::uint64_t hash) const noexcept {
  // The low half of the hash, which chooses no table, as a part of the slots: a division would take
  // as long as what follows.
  return (hash & kLowHalf) * slots.size() >> kHalfBits;
}

std::size_t SeenIds::Table::slot_of(const CompactId& id, std::uint64_t hash) const {
  std::size_t slot = first_slot_of(hash);
  while (!is_empty(slots[slot]) && !holds(slots[slot], id)) {
    if (++slot == slots.size()) slot = 0;
  }
  return slot;
}

void SeenIds::Table::grow() {
  // It grows by half, not to twice the size: the tables limit how many flows a unit can have.
  grow_to(slots.empty() ? kFirstSlots : slots.size() / 2 * 3);
}

void SeenIds::Table::grow_to(std::size_t size) {
  const std::vector<CompactId> old = std::exchange(slots, std::vector<CompactId>(size));
  for (const CompactId& entry : old) {
    if (is_empty(entry)) continue;
    const CompactId id{entry[0] & ~kFreeMask, entry[1]};
    slots[slot_of(id, hash_of(id))] = entry;
  }
}

void SeenIds::reserve(std::uint64_t count) {
  const std::uint64_t ids_of_table = std::min(count, kMostReserved) / tables_.size();
  // An eighth for what a table holds at most, and one for those that get more than their part.
  const auto slots = static_cast<std::size_t>(ids_of_table + ids_of_table / 4);
  for (Table& table : tables_) {
    if (slots > std::max(table.slots.size(), kFirstSlots)) table.grow_to(slots);
  }
}

void SeenIds::prefetch(const CompactId& id) const noexcept {
  const std::uint64_t hash = hash_of(id);
  const Table& table = table_of(hash);
  if (!table.slots.empty()) {
    vrni2syslog::prefetch<PrefetchFor::Writing>(&table.slots[table.first_slot_of(hash)],
                                                sizeof(table.slots[0]));
  }
}

SearchNumber SeenIds::note(const CompactId& id, SearchNumber search) {
  constexpr std::uint16_t kNoMark = 0;
  return note(id, kNoMark, search).value_or(0);
}

std::optional<SearchNumber> SeenIds::note(const CompactId& id, std::uint16_t mark,
                                          SearchNumber search) {
  const std::uint64_t hash = hash_of(id);
  Table& table = table_of(hash);
  if (table.used >= table.slots.size() / 8 * 7) table.grow();
  CompactId& slot = table.slots[table.slot_of(id, hash)];
  const auto last_search = static_cast<SearchNumber>(slot[0] & kSearchMask);
  const std::uint64_t mark_bits = std::uint64_t{mark} << kSearchBits;
  if (is_empty(slot)) {
    ++table.used;
    ++size_;
  } else if ((slot[0] & kFreeMask & ~kSearchMask) != mark_bits) {
    return std::nullopt;
  }
  slot = {id[0] | mark_bits | search, id[1]};
  return last_search;
}

std::uint64_t SeenIds::free_bits_of(const CompactId& id) const {
  const std::uint64_t hash = hash_of(id);
  const Table& table = table_of(hash);
  if (table.slots.empty()) return 0;
  return table.slots[table.slot_of(id, hash)][0] & kFreeMask;
}

SearchNumber SeenIds::last_search_of(const CompactId& id) const {
  return static_cast<SearchNumber>(free_bits_of(id) & kSearchMask);
}

bool SeenIds::has_mark(const CompactId& id, std::uint16_t mark) const {
  const std::uint64_t bits = free_bits_of(id);
  return (bits & kSearchMask) != 0 && bits >> kSearchBits == mark;
}

std::vector<SeenVersions::Listing> SeenVersions::note(std::span<const SearchHit> hits,
                                                      SearchNumber search) {
  std::vector<CompactId> ids;
  ids.reserve(hits.size());
  for (const SearchHit& hit : hits) ids.push_back(compact_id(hit.id));
  std::vector<Listing> listings;
  listings.reserve(hits.size());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (i + kPrefetchedIds < hits.size()) flows_.prefetch(ids[i + kPrefetchedIds]);
    listings.push_back(note(hits[i], ids[i], search));
  }
  return listings;
}

SeenVersions::Listing SeenVersions::note(const SearchHit& hit, const CompactId& id,
                                         SearchNumber search) {
  const UnixSeconds time = hit.time.value_or(UnixSeconds());
  if (const auto last = flows_.note(id, mark_of(time), search))
    return {.last_search = *last, .is_new = *last == 0};
  const SearchNumber last = other_versions_.note(compact_version_id(hit.id, time), search);
  const SearchNumber last_of_flow = flows_.last_search_of(id);
  const bool is_further = last_of_flow == search;
  if (last != 0) return {.last_search = last, .is_other = true, .is_further = is_further};
  return {.last_search = is_further ? SearchNumber{0} : last_of_flow,
          .is_new = true,
          .is_other = true,
          .is_further = is_further};
}

bool SeenVersions::has_other(std::string_view entity_id, UnixSeconds listed_time,
                             UnixSeconds other_time) const {
  const std::uint16_t mark = mark_of(other_time);
  return (mark != mark_of(listed_time) && flows_.has_mark(compact_id(entity_id), mark)) ||
         other_versions_.contains(compact_version_id(entity_id, other_time));
}

}  // namespace vrni2syslog
