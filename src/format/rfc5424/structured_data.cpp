#include "format/rfc5424/structured_data.h"

#include "base/error.h"
#include "base/text/ascii.h"

#include <fmt/core.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxSdName = 32;

[[nodiscard]] bool is_sd_name_character(char c) noexcept {
  return c >= '!' && c <= '~' && c != '=' && c != ']' && c != '"';
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

/// Writes the text, and has `put_special` write each special character of it.
template <typename PutSpecial>
void put_sd_value(LineWriter& writer, std::string_view text, PutSpecial put_special) noexcept {
  while (true) {
    const std::size_t plain = std::min(text.find_first_of(kSdSpecialCharacters), text.size());
    writer.put(text.substr(0, plain));
    if (plain == text.size()) return;
    put_special(text[plain]);
    text.remove_prefix(plain + 1);
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

std::string parse_sd_id(std::string_view text) {
  if (is_valid_private_sd_id(text)) return std::string(text);
  throw Error(Fault::Usage,
              fmt::format("SD-ID '{}' is not one of RFC 5424; write a name, '@' and a "
                          "private enterprise number, at most 32 characters in all, "
                          "as in vrniflow@32473",
                          printable(text)));
}

void escape_sd_value(LineWriter& writer, std::string_view clean_text) noexcept {
  put_sd_value(writer, clean_text, [&](char special) {
    writer.put('\\');
    writer.put(special);
  });
}

void substitute_in_sd_value(LineWriter& writer, std::string_view clean_text) noexcept {
  put_sd_value(writer, clean_text, [&](char special) { writer.put(substitute_for(special)); });
}

}  // namespace vrni2syslog
