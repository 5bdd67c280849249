#include "format/record/clean_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace vrni2syslog {
namespace {

constexpr std::array<std::uint8_t, 256> make_trait_table() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    if (byte < 0x20 || byte >= 0x7F) table[byte] = kNeedsCleaning;
  }
  table[','] = kHasComma;
  table['"'] = table['\\'] = table[']'] = kHasSdSpecial;
  return table;
}

constexpr TextTraits kAllTraits = kNeedsCleaning | kHasComma | kHasSdSpecial;
constexpr std::array<std::uint8_t, 256> kTraits = make_trait_table();

/// Some bytes of a text, looked at together: GCC and Clang make vector instructions of what is done
/// with them. Signed, so that what is not US-ASCII is less than a blank.
using Bytes4 = signed char __attribute__((vector_size(4)));
using Bytes8 = signed char __attribute__((vector_size(8)));
using Bytes16 = signed char __attribute__((vector_size(16)));

template <typename Bytes>
[[nodiscard]] bool has_trait(const char* text) noexcept {
  Bytes bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  const Bytes special = (bytes < ' ') | (bytes == '\x7F') | (bytes == ',') | (bytes == '"') |
                        (bytes == '\\') | (bytes == ']');
  constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  std::array<std::uint64_t, (sizeof(Bytes) + kWordBytes - 1) / kWordBytes> words{};
  std::memcpy(words.data(), &special, sizeof special);
  return std::ranges::any_of(words, [](std::uint64_t word) { return word != 0; });
}

/// Whether any byte has a trait, for a text of at least so many; the last ones may be looked at
/// twice.
template <typename Bytes>
[[nodiscard]] bool has_any_trait(std::string_view text) noexcept {
  const std::size_t last = text.size() - sizeof(Bytes);
  for (std::size_t at = 0; at < last; at += sizeof(Bytes)) {
    if (has_trait<Bytes>(text.data() + at)) return true;
  }
  return has_trait<Bytes>(text.data() + last);
}

[[nodiscard]] TextTraits traits_of_bytes(std::string_view text) noexcept {
  TextTraits traits = 0;
  for (const char c : text) {
    traits |= kTraits[static_cast<unsigned char>(c)];
    // Also keeps GCC from making vectors of a loop over a few bytes, which costs more than it.
    if (traits == kAllTraits) break;
  }
  return traits;
}

[[nodiscard]] std::string_view without_outer_blanks(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Whether no byte has a trait, which many bytes tell at once; of less than four it is not known.
[[nodiscard]] bool is_surely_ordinary(std::string_view text) noexcept {
  if (text.size() >= sizeof(Bytes16)) return !has_any_trait<Bytes16>(text);
  if (text.size() >= sizeof(Bytes8)) return !has_any_trait<Bytes8>(text);
  return text.size() >= sizeof(Bytes4) && !has_any_trait<Bytes4>(text);
}

}  // namespace

/// Nearly every text is ordinary.
TextTraits text_traits(std::string_view text) noexcept {
  return is_surely_ordinary(text) ? 0 : traits_of_bytes(text);
}

std::string_view TextCleaner::clean(std::string_view text, TextRole role) {
  const TextTraits traits = text_traits(text);
  const bool has_separator = role == TextRole::ListItem && (traits & kHasComma) != 0;
  if ((traits & kNeedsCleaning) == 0 && !has_separator) return without_outer_blanks(text);
  scratch_.clear();
  append_clean_utf8(scratch_, text);
  if (has_separator) std::ranges::replace(scratch_, ',', ' ');
  return without_outer_blanks(scratch_);
}

}  // namespace vrni2syslog
