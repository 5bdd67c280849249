#include "json/json_escapes.h"

#include <charconv>
#include <cstddef>
#include <string_view>

namespace vrni2syslog {
namespace {

constexpr std::size_t kEscapeLength = 6;  // \uXXXX

/// The UTF-16 code unit of the escape \uXXXX at `at`; 0 where there is none.
[[nodiscard]] unsigned code_unit_at(std::string_view json, std::size_t at) {
  if (json.substr(at, 2) != "\\u" || json.size() - at < kEscapeLength) return 0;
  const char* const digits = json.data() + at + 2;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits, digits + 4, value, 16);
  return error == std::errc() && end == digits + 4 ? value : 0;
}

[[nodiscard]] bool is_high_surrogate(unsigned code_unit) {
  return code_unit >= 0xD800 && code_unit <= 0xDBFF;
}
[[nodiscard]] bool is_low_surrogate(unsigned code_unit) {
  return code_unit >= 0xDC00 && code_unit <= 0xDFFF;
}

}  // namespace

void repair_lone_surrogates(std::string& json) {
  // Outside of strings a JSON text has no backslash, so that the structure need not be known.
  std::size_t at = json.find('\\');
  while (at != std::string::npos) {
    const unsigned unit = code_unit_at(json, at);
    std::size_t length = unit == 0 ? 2 : kEscapeLength;
    if (is_high_surrogate(unit) && is_low_surrogate(code_unit_at(json, at + kEscapeLength))) {
      length = 2 * kEscapeLength;
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      json.replace(at, kEscapeLength, "\\uFFFD");
    }
    at = json.find('\\', at + length);
  }
}

}  // namespace vrni2syslog
