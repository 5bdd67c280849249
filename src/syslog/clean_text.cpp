#include "syslog/clean_text.h"

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

constexpr std::array<std::uint8_t, 256> kTraits = make_trait_table();

/// Eight bytes of a text, looked at together.
using Word = std::uint64_t;
constexpr Word kOnes = 0x0101010101010101;
constexpr Word kHighBits = 0x80 * kOnes;

/// Has a high bit set if, and only if, a byte of the word is zero; which one is not told exactly.
[[nodiscard]] constexpr Word has_zero(Word word) {
  return (word - kOnes) & ~word & kHighBits;
}
[[nodiscard]] constexpr Word has_byte(Word word, char byte) {
  return has_zero(word ^ (kOnes * static_cast<unsigned char>(byte)));
}
[[nodiscard]] constexpr Word has_below_blank(Word word) {
  return (word - kOnes * ' ') & ~word & kHighBits;
}
/// Whether none of the bytes has a trait.
[[nodiscard]] constexpr bool is_ordinary(Word word) {
  const Word special = (word & kHighBits) | has_below_blank(word) | has_byte(word, '\x7F') |
                       has_byte(word, ',') | has_byte(word, '"') | has_byte(word, '\\') |
                       has_byte(word, ']');
  return special == 0;
}

[[nodiscard]] unsigned traits_of_bytes(std::string_view text) noexcept {
  unsigned traits = 0;
  for (const char c : text) traits |= kTraits[static_cast<unsigned char>(c)];
  return traits;
}

[[nodiscard]] std::string_view without_outer_blanks(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

/// Nearly every text has none, so eight bytes are passed over at once; the last eight of a text may
/// be looked at twice.
unsigned text_traits(std::string_view text) noexcept {
  if (text.size() < sizeof(Word)) return traits_of_bytes(text);
  unsigned traits = 0;
  for (std::size_t at = 0;; at = std::min(at + sizeof(Word), text.size() - sizeof(Word))) {
    Word word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if (!is_ordinary(word)) traits |= traits_of_bytes(text.substr(at, sizeof word));
    if (at + sizeof(Word) == text.size()) return traits;
  }
}

std::string_view TextCleaner::clean(std::string_view text, TextRole role) {
  const unsigned traits = text_traits(text);
  const bool has_separator = role == TextRole::ListItem && (traits & kHasComma) != 0;
  if ((traits & kNeedsCleaning) == 0 && !has_separator) return without_outer_blanks(text);
  scratch_.clear();
  append_clean_utf8(scratch_, text);
  if (has_separator) std::ranges::replace(scratch_, ',', ' ');
  return without_outer_blanks(scratch_);
}

}  // namespace vrni2syslog
