#include "format/rfc5424/structured_data.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxSdName = 32;
constexpr std::string_view kSpecialCharacters = "\"\\]";

[[nodiscard]] bool is_sd_name_character(char c) noexcept {
  return c >= '!' && c <= '~' && c != '=' && c != ']' && c != '"';
}

[[nodiscard]] bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// "32473" or "32473.1": digits, separated by single dots.
[[nodiscard]] bool is_enterprise_number(std::string_view text) noexcept {
  char previous = '.';
  for (const char c : text) {
    if (!is_digit(c) && (c != '.' || previous == '.')) return false;
    previous = c;
  }
  return previous != '.';
}

[[nodiscard]] char substitute_for(char special) noexcept {
  switch (special) {
    case '"':
      return '\'';
    case '\\':
      return '/';
    default:
      return ')';
  }
}

}  // namespace

bool is_valid_sd_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kMaxSdName &&
         std::ranges::all_of(name, is_sd_name_character);
}

bool is_valid_private_sd_id(std::string_view id) noexcept {
  const std::size_t at = id.find('@');
  return is_valid_sd_name(id) && at != std::string_view::npos && at > 0 &&
         is_enterprise_number(id.substr(at + 1));
}

void put_sd_value(LineWriter& writer, std::string_view clean_text, SdEscape escape) noexcept {
  while (true) {
    const std::size_t plain =
        std::min(clean_text.find_first_of(kSpecialCharacters), clean_text.size());
    writer.put(clean_text.substr(0, plain));
    if (plain == clean_text.size()) return;
    const char special = clean_text[plain];
    if (escape == SdEscape::Safe) {
      writer.put(substitute_for(special));
    } else {
      writer.put('\\');
      writer.put(special);
    }
    clean_text.remove_prefix(plain + 1);
  }
}

}  // namespace vrni2syslog
