#include "base/text/json_string.h"

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool needs_json_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
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
    const auto plain =
        static_cast<std::size_t>(std::ranges::find_if(text, needs_json_escape) - text.begin());
    out += text.substr(0, plain);
    if (plain < text.size()) append_json_escape(out, text[plain]);
    text.remove_prefix(std::min(plain + 1, text.size()));
  }
  out += '"';
}

}  // namespace vrni2syslog
