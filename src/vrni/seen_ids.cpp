#include "vrni/seen_ids.h"

#include "base/sha256.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr CompactId kEmpty{0, 0};
constexpr std::size_t kFirstSlots = 1024;
constexpr unsigned kSearchBits = 16;
constexpr unsigned kTypeBits = 16;
constexpr unsigned kCustomerBits = 31;
constexpr std::uint64_t kSearchMask = (std::uint64_t{1} << kSearchBits) - 1;
/// Tells an exact id from a digest.
constexpr std::uint64_t kExactMark = std::uint64_t{1} << 63;

/// Takes a number off the front of `text`, if it is written in the one way in which it would be
/// written again.
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

}  // namespace

CompactId compact_id(std::string_view entity_id) {
  const std::optional<CompactId> exact = exact_id(entity_id);
  return exact ? *exact : digest_id(entity_id);
}

std::size_t SeenIds::slot_of(const CompactId& id) const {
  std::size_t slot = mix(id[0] ^ mix(id[1])) % slots_.size();
  while (slots_[slot] != kEmpty && !holds(slots_[slot], id)) {
    if (++slot == slots_.size()) slot = 0;
  }
  return slot;
}

SearchNumber SeenIds::note(const CompactId& id, SearchNumber search) {
  if (size_ >= slots_.size() / 8 * 7) grow();
  CompactId& slot = slots_[slot_of(id)];
  const auto last_search = static_cast<SearchNumber>(slot[0] & kSearchMask);
  if (slot == kEmpty) ++size_;
  slot = {id[0] | search, id[1]};
  return last_search;
}

bool SeenIds::contains(const CompactId& id) const {
  return !slots_.empty() && slots_[slot_of(id)] != kEmpty;
}

void SeenIds::grow() {
  // By half, not to twice the size: the table is what limits the number of flows in a unit.
  const std::vector<CompactId> old = std::exchange(
      slots_, std::vector<CompactId>(slots_.empty() ? kFirstSlots : slots_.size() / 2 * 3));
  for (const CompactId& entry : old) {
    if (entry != kEmpty) slots_[slot_of({entry[0] & ~kSearchMask, entry[1]})] = entry;
  }
}

}  // namespace vrni2syslog
