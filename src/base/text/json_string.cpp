#include "base/text/json_string.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool needs_json_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// Eight bytes are looked at together: most texts need no escape.

[[nodiscard]] constexpr std::uint64_t with_each_byte(unsigned char byte) noexcept {
  return 0x0101010101010101U * byte;
}

/// Whether any byte of a word is less than `limit`, which is at most 0x80: of such a byte alone the
/// subtraction, with what it borrows from bytes that are less as well, sets the highest bit.
[[nodiscard]] constexpr bool has_byte_below(std::uint64_t word, unsigned char limit) noexcept {
  return ((word - with_each_byte(limit)) & ~word & with_each_byte(0x80)) != 0;
}

[[nodiscard]] constexpr bool has_byte(std::uint64_t word, char byte) noexcept {
  return has_byte_below(word ^ with_each_byte(static_cast<unsigned char>(byte)), 1);
}

/// How many bytes at the beginning of a text stay as they are.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept {
  std::size_t length = 0;
  std::uint64_t word = 0;
  for (; length + sizeof word <= text.size(); length += sizeof word) {
    std::memcpy(&word, text.data() + length, sizeof word);
    if (has_byte_below(word, 0x20) || has_byte(word, '"') || has_byte(word, '\\')) break;
  }
  while (length < text.size() && !needs_json_escape(text[length])) ++length;
  return length;
}

void append_json_escape(std::string& out, char c) {
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";  // each character, and its letter
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += '\\';
  for (std::size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] != c) continue;
    out += kShort[i + 1];
    return;
  }
  const auto code = static_cast<unsigned char>(c);
  out += "u00";
  out += kDigits[code >> 4];
  out += kDigits[code & 0xF];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out += text.substr(0, plain);
    if (plain < text.size()) append_json_escape(out, text[plain]);
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  out += '"';
}

}  // namespace vrni2syslog
