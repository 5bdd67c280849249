#include "format/record/header.h"

#include "base/text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxHostname = 255;
constexpr std::size_t kMaxAppName = 48;
constexpr std::size_t kMaxProcessId = 128;
constexpr std::size_t kMaxTag = 32;

/// PRINTUSASCII of RFC 5424 section 6.
[[nodiscard]] bool is_printable_ascii(char c) noexcept {
  return c >= '!' && c <= '~';
}

[[nodiscard]] bool is_hostname_character(char c) noexcept {
  return is_alphanumeric(c) || c == '.' || c == '-' || c == ':';
}

[[nodiscard]] bool is_tag_character(char c) noexcept {
  return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
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

void write_rfc3164_time(LineWriter& writer, std::string_view timestamp) noexcept {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::size_t kMonthLength = 3;
  // "2026-11-02T12:34:56.000Z"
  const auto month = static_cast<std::size_t>((timestamp[5] - '0') * 10 + timestamp[6] - '0');
  writer.put(kMonths.substr((month - 1) * kMonthLength, kMonthLength));
  writer.put(' ');
  writer.put(timestamp[8] == '0' ? ' ' : timestamp[8]);
  writer.put(timestamp[9]);
  writer.put(' ');
  writer.put(timestamp.substr(11, 8));
}

std::string rfc3164_tag(const LineOrigin& origin) {
  const std::string name = fit(origin.app_name, kMaxTag, is_tag_character, '_');
  const std::string process_id = fit(origin.process_id, kMaxProcessId, is_alphanumeric, '_');
  return origin.process_id.empty() ? name + ":" : fmt::format("{}[{}]:", name, process_id);
}

void write_epoch_millis(LineWriter& writer, WallTime time) noexcept {
  const fmt::format_int digits(time.time_since_epoch().count());
  writer.put(std::string_view(digits.data(), digits.size()));
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
