#include "base/text/utf8.h"

#include "base/text/byte_word.h"

#include <cstdint>

namespace vrni2syslog {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

[[nodiscard]] bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Whether a character of two or three bytes would end or hide a part of a line: C1 controls,
/// U+2028 and U+2029.
[[nodiscard]] bool is_multibyte_control(std::string_view character) noexcept {
  if (character.size() == 2) {
    return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0U;
  }
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

/// Whether a character of three bytes is invisible or changes the direction of writing, so that a
/// text looks like another one.
[[nodiscard]] bool is_deceptive(std::string_view character) noexcept {
  if (character == kByteOrderMark) return true;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x81') return last >= 0xA0 && last <= 0xA9;
  const bool is_zero_width = last >= 0x8B && last <= 0x8F;
  const bool is_bidirectional = last >= 0xAA && last <= 0xAE;
  return character[1] == '\x80' && (is_zero_width || is_bidirectional);
}

/// Whether all eight bytes are printable ASCII. This is the usual case, and it is decided without
/// looking at each byte.
[[nodiscard]] bool is_printable_ascii_word(const char* bytes) noexcept {
  const std::uint64_t word = load_byte_word(bytes);
  return is_us_ascii(word) && !has_byte_below(word, 0x20) && !has_byte(word, '\x7F');
}

[[nodiscard]] std::size_t printable_ascii_length(std::string_view text) noexcept {
  std::size_t length = 0;
  while (length + sizeof(std::uint64_t) <= text.size() &&
         is_printable_ascii_word(text.data() + length)) {
    length += sizeof(std::uint64_t);
  }
  // Where char has no sign, bytes from 0x80 on must not pass for printable either.
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  while (length < text.size() && is_printable(text[length])) ++length;
  return length;
}

}  // namespace

std::size_t utf8_character_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4)
    return 0;  // a continuation, an overlong form, or above U+10FFFF
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const unsigned second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_large = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view without_byte_order_mark(std::string_view text) noexcept {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

void append_clean_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t plain = printable_ascii_length(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) return;

    const std::size_t length = utf8_character_length(text);
    if (length == 0) {
      out += kReplacementCharacter;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view character = text.substr(0, length);
    if (length == 1 || is_multibyte_control(character)) {
      out += ' ';
    } else if (is_deceptive(character)) {
      out += kReplacementCharacter;
    } else {
      out += character;
    }
    text.remove_prefix(length);
  }
}

std::size_t utf8_floor(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text.size();
  std::size_t length = max_bytes;
  while (length > 0 && is_continuation(text[length])) --length;
  return length;
}

}  // namespace vrni2syslog
