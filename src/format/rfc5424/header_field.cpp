#include "format/rfc5424/header_field.h"

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxHostname = 255;
constexpr std::size_t kMaxAppName = 48;
constexpr std::size_t kMaxProcessId = 128;

/// PRINTUSASCII of RFC 5424 section 6.
[[nodiscard]] bool is_printable(char c) noexcept {
  return c >= '!' && c <= '~';
}

[[nodiscard]] bool is_hostname_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == ':';
}

[[nodiscard]] std::string fit(std::string_view text, std::size_t max_bytes,
                              bool (*is_allowed)(char) noexcept, char substitute) {
  std::string field(text.substr(0, max_bytes));
  std::ranges::replace_if(
      field, [&](char c) { return !is_allowed(c); }, substitute);
  return field.empty() ? "-" : field;
}

}  // namespace

std::string hostname_field(std::string_view text) {
  return fit(text, kMaxHostname, is_hostname_character, '-');
}
std::string app_name_field(std::string_view text) {
  return fit(text, kMaxAppName, is_printable, '_');
}
std::string process_id_field(std::string_view text) {
  return fit(text, kMaxProcessId, is_printable, '_');
}

}  // namespace vrni2syslog
