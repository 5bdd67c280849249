#include "format/record/clean_text.h"

#include "base/text/utf8.h"

#include <algorithm>
#include <cstring>

namespace vrni2syslog {
namespace {

constexpr TextTraits kAllTraits = kNeedsCleaning | kHasComma | kHasSpecial;
constexpr SpecialCharacters kNoSpecialCharacters{""};

/// Several bytes of a text that are compared together: GCC and Clang make vector instructions of
/// it. They are signed, so that every byte that is not US-ASCII is less than a blank.
using Bytes4 = signed char __attribute__((vector_size(4)));
using Bytes8 = signed char __attribute__((vector_size(8)));
using Bytes16 = signed char __attribute__((vector_size(16)));

template <typename Bytes>
[[nodiscard]] Bytes load(const char* text) noexcept {
  Bytes bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;
}

using RepeatedCharacters =
    std::array<std::array<char, sizeof(Bytes16)>, SpecialCharacters::kMaxCharacters>;

template <typename Bytes>
[[nodiscard]] bool has_trait(const char* text, const RepeatedCharacters& special) noexcept {
  const auto bytes = load<Bytes>(text);
  const Bytes found = (bytes < ' ') | (bytes == '\x7F') | (bytes == ',') |
                      (bytes == load<Bytes>(special[0].data())) |
                      (bytes == load<Bytes>(special[1].data())) |
                      (bytes == load<Bytes>(special[2].data()));
  constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  std::array<std::uint64_t, (sizeof(Bytes) + kWordBytes - 1) / kWordBytes> words{};
  std::memcpy(words.data(), &found, sizeof found);
  return std::ranges::any_of(words, [](std::uint64_t word) { return word != 0; });
}

/// Whether any byte has a trait. The text is at least as long as Bytes; its last bytes may be
/// compared twice.
template <typename Bytes>
[[nodiscard]] bool has_any_trait(std::string_view text,
                                 const RepeatedCharacters& special) noexcept {
  const std::size_t last = text.size() - sizeof(Bytes);
  for (std::size_t at = 0; at < last; at += sizeof(Bytes)) {
    if (has_trait<Bytes>(text.data() + at, special)) return true;
  }
  return has_trait<Bytes>(text.data() + last, special);
}

/// Whether no byte has a trait, found by comparing many bytes at once. False also for a text of
/// less than four bytes, which is not looked at.
[[nodiscard]] bool is_surely_ordinary(std::string_view text,
                                      const RepeatedCharacters& special) noexcept {
  if (text.size() >= sizeof(Bytes16)) return !has_any_trait<Bytes16>(text, special);
  if (text.size() >= sizeof(Bytes8)) return !has_any_trait<Bytes8>(text, special);
  return text.size() >= sizeof(Bytes4) && !has_any_trait<Bytes4>(text, special);
}

[[nodiscard]] TextTraits traits_of_bytes(std::string_view text,
                                         const std::array<std::uint8_t, 256>& table) noexcept {
  TextTraits traits = 0;
  for (const char c : text) {
    traits |= table[static_cast<unsigned char>(c)];
    // This also keeps GCC from using vectors for a loop over a few bytes, which would be slower.
    if (traits == kAllTraits) break;
  }
  return traits;
}

[[nodiscard]] std::string_view without_outer_blanks(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

TextTraits SpecialCharacters::traits_of(std::string_view text) const noexcept {
  return is_surely_ordinary(text, repeated_) ? 0 : traits_of_bytes(text, traits_);
}

std::string_view clean_text(std::string_view text, TextRole role, std::string& scratch) {
  const TextTraits traits = kNoSpecialCharacters.traits_of(text);
  const bool has_separator = role == TextRole::ListItem && (traits & kHasComma) != 0;
  if ((traits & kNeedsCleaning) == 0 && !has_separator) return without_outer_blanks(text);
  scratch.clear();
  append_clean_utf8(scratch, text);
  if (has_separator) std::ranges::replace(scratch, ',', ' ');
  return without_outer_blanks(scratch);
}

}  // namespace vrni2syslog
