#include "format/record/header.h"

#include "base/ascii.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxHostname = 255;
constexpr std::size_t kMaxAppName = 48;
constexpr std::size_t kMaxProcessId = 128;

/// PRINTUSASCII of RFC 5424 section 6.
[[nodiscard]] bool is_printable_ascii(char c) noexcept {
  return c >= '!' && c <= '~';
}

[[nodiscard]] bool is_hostname_character(char c) noexcept {
  return is_alphanumeric(c) || c == '.' || c == '-' || c == ':';
}

[[nodiscard]] std::string fit(std::string_view text, std::size_t max_bytes,
                              bool (*is_allowed)(char) noexcept, char substitute) {
  std::string field(text.substr(0, max_bytes));
  std::ranges::replace_if(
      field, [&](char c) { return !is_allowed(c); }, substitute);
  return field.empty() ? "-" : field;
}

}  // namespace

std::string pri_text(LineKind kind, const LineOptions& options) {
  return fmt::format("<{}>", priority_value(options.facility, severity_of(kind, options)));
}

std::string rfc5424_origin_text(LineKind kind, const LineOptions& options) {
  const LineOrigin& origin = options.origin;
  return fmt::format("{} {} {} {}", hostname_field(origin.hostname),
                     app_name_field(origin.app_name), process_id_field(origin.process_id),
                     message_id(kind));
}

TextsByKind texts_by_kind(const LineOptions& options,
                          std::string (*make_text)(LineKind, const LineOptions&)) {
  TextsByKind texts;
  for (std::size_t i = 0; i < texts.size(); ++i)
    texts[i] = make_text(static_cast<LineKind>(i), options);
  return texts;
}

std::string hostname_field(std::string_view text) {
  return fit(text, kMaxHostname, is_hostname_character, '-');
}
std::string app_name_field(std::string_view text) {
  return fit(text, kMaxAppName, is_printable_ascii, '_');
}
std::string process_id_field(std::string_view text) {
  return fit(text, kMaxProcessId, is_printable_ascii, '_');
}

}  // namespace vrni2syslog
