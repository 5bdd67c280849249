#include "syslog/clean_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

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

[[nodiscard]] std::string_view without_outer_blanks(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

unsigned text_traits(std::string_view text) noexcept {
  unsigned traits = 0;
  for (const char c : text) traits |= kTraits[static_cast<unsigned char>(c)];
  return traits;
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
