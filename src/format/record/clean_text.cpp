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
using Bytes8 = signed char __attribute__((vector_size(8)));
using Bytes16 = signed char __attribute__((vector_size(16)));
using Words16 = std::uint64_t __attribute__((vector_size(16)));

template <typename Bytes>
[[nodiscard]] Bytes load(const char* text) noexcept {
  Bytes bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;
}

using RepeatedCharacters =
    std::array<std::array<char, sizeof(Bytes16)>, SpecialCharacters::kMaxCharacters>;

/// Every byte of the result is 0 if the byte at its place has no trait.
template <typename Bytes>
[[nodiscard]] Bytes find_traits(Bytes bytes, const RepeatedCharacters& special) noexcept {
  return (bytes < ' ') | (bytes == '\x7F') | (bytes == ',') |
         (bytes == load<Bytes>(special[0].data())) | (bytes == load<Bytes>(special[1].data())) |
         (bytes == load<Bytes>(special[2].data()));
}

[[nodiscard]] bool is_zero(Bytes8 bytes) noexcept {
  return reinterpret_cast<std::uint64_t>(bytes) == 0;
}
[[nodiscard]] bool is_zero(Bytes16 bytes) noexcept {
  const auto words = reinterpret_cast<Words16>(bytes);
  return (words[0] | words[1]) == 0;
}

/// The ways to look for traits in a text, one for each range of lengths. Each tells whether no byte
/// has any; where the ranges of bytes that are loaded overlap, some are looked at twice. Copies
/// what it looks at to `out` if `kCopies`.
template <bool kCopies>
class Scan {
 public:
  Scan(std::string_view text, const RepeatedCharacters& special, char* out) noexcept
      : text_(text), special_(special), out_(out) {}

  [[nodiscard]] bool of_16_bytes_or_more() const noexcept {
    Bytes16 found{};
    const std::size_t last = text_.size() - sizeof(Bytes16);
    for (std::size_t at = 0; at < last; at += sizeof(Bytes16))
      found |= find_traits(take<Bytes16>(at), special_);
    return is_zero(found | find_traits(take<Bytes16>(last), special_));
  }
  [[nodiscard]] bool of_8_to_16_bytes() const noexcept {
    const Words16 both{take<std::uint64_t>(0),
                       take<std::uint64_t>(text_.size() - sizeof(std::uint64_t))};
    return is_zero(find_traits(reinterpret_cast<Bytes16>(both), special_));
  }
  [[nodiscard]] bool of_4_to_8_bytes() const noexcept {
    const std::uint64_t first = take<std::uint32_t>(0);
    const std::uint64_t last = take<std::uint32_t>(text_.size() - sizeof(std::uint32_t));
    return is_zero(find_traits(reinterpret_cast<Bytes8>(first | last << 32U), special_));
  }

 private:
  /// Some bytes of the text, which are copied if they are to be.
  template <typename Bytes>
  [[nodiscard]] Bytes take(std::size_t at) const noexcept {
    const auto bytes = load<Bytes>(text_.data() + at);
    if constexpr (kCopies) std::memcpy(out_ + at, &bytes, sizeof bytes);
    return bytes;
  }

  std::string_view text_;
  const RepeatedCharacters& special_;
  char* out_;
};

/// Whether no byte has a trait, found by comparing many bytes at once. False also for a text of
/// less than four bytes, which is not looked at.
template <bool kCopies>
[[nodiscard]] bool scan(std::string_view text, const RepeatedCharacters& special,
                        char* out) noexcept {
  const Scan<kCopies> ways(text, special, out);
  if (text.size() >= 16) return ways.of_16_bytes_or_more();
  if (text.size() >= 8) return ways.of_8_to_16_bytes();
  return text.size() >= 4 && ways.of_4_to_8_bytes();
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
  return scan<false>(text, repeated_, nullptr) ? 0 : traits_of_bytes(text, traits_);
}

bool SpecialCharacters::copy_ordinary(std::string_view text, char* out) const noexcept {
  if (text.size() >= 4) return scan<true>(text, repeated_, out);
  TextTraits traits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out[i] = text[i];
    traits |= traits_[static_cast<unsigned char>(text[i])];
  }
  return traits == 0;
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
