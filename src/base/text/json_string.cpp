#include "base/text/json_string.h"

#include "base/text/byte_word.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool needs_json_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// How many bytes at the beginning of a text stay as they are. Most texts need no escape at all.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept {
  std::size_t length = 0;
  for (; length + sizeof(std::uint64_t) <= text.size(); length += sizeof(std::uint64_t)) {
    const std::uint64_t word = load_byte_word(text.data() + length);
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
