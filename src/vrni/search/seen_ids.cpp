#include "vrni/search/seen_ids.h"

#include "base/sha256.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr CompactId kEmpty{0, 0};
constexpr std::size_t kFirstSlots = 64;
constexpr unsigned kSearchBits = 16;
constexpr unsigned kTypeBits = 16;
constexpr unsigned kCustomerBits = 31;
constexpr std::uint64_t kSearchMask = (std::uint64_t{1} << kSearchBits) - 1;
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
  return CompactId{kExactMark | (*customer << kTypeBits | *type) << kSearchBits, *hash};
}

[[nodiscard]] CompactId digest_id(std::string_view text) {
  Sha256 sha;
  sha.update(text);
  const Sha256Digest digest = sha.finish();
  CompactId id;
  std::memcpy(id.data(), digest.data(), sizeof(id));
  id[0] &= ~(kExactMark | kSearchMask);
  return id == kEmpty ? CompactId{kSearchMask + 1, 0} : id;
}

[[nodiscard]] bool holds(const CompactId& slot, const CompactId& id) {
  return (slot[0] & ~kSearchMask) == id[0] && slot[1] == id[1];
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

}  // namespace

CompactId compact_id(std::string_view entity_id) {
  const std::optional<CompactId> exact = exact_id(entity_id);
  return exact ? *exact : digest_id(entity_id);
}

std::size_t SeenIds::Table::slot_of(const CompactId& id, std::uint64_t hash) const {
  std::size_t slot = hash % slots.size();
  while (slots[slot] != kEmpty && !holds(slots[slot], id)) {
    if (++slot == slots.size()) slot = 0;
  }
  return slot;
}

void SeenIds::Table::grow() {
  // It grows by half, not to twice the size: the tables limit how many flows a unit can have.
  const std::vector<CompactId> old = std::exchange(
      slots, std::vector<CompactId>(slots.empty() ? kFirstSlots : slots.size() / 2 * 3));
  for (const CompactId& entry : old) {
    if (entry == kEmpty) continue;
    const CompactId id{entry[0] & ~kSearchMask, entry[1]};
    slots[slot_of(id, hash_of(id))] = entry;
  }
}

SearchNumber SeenIds::note(const CompactId& id, SearchNumber search) {
  const std::uint64_t hash = hash_of(id);
  Table& table = tables_[hash >> (64 - kTableBits)];
  if (table.used >= table.slots.size() / 8 * 7) table.grow();
  CompactId& slot = table.slots[table.slot_of(id, hash)];
  const auto last_search = static_cast<SearchNumber>(slot[0] & kSearchMask);
  if (slot == kEmpty) {
    ++table.used;
    ++size_;
  }
  slot = {id[0] | search, id[1]};
  return last_search;
}

bool SeenIds::contains(const CompactId& id) const {
  const std::uint64_t hash = hash_of(id);
  const Table& table = tables_[hash >> (64 - kTableBits)];
  return !table.slots.empty() && table.slots[table.slot_of(id, hash)] != kEmpty;
}

}  // namespace vrni2syslog
