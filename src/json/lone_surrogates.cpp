#include "json/lone_surrogates.h"

#include "base/text/number.h"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace vrni2syslog {
namespace {

constexpr std::string_view kReplacement = "\\uFFFD";
constexpr std::size_t kEscapeLength = kReplacement.size();

/// The UTF-16 code unit of the escape \uXXXX at the beginning; 0 if there is no such escape.
[[nodiscard]] unsigned code_unit_at(const char* text) {
  const std::string_view escape(text, ::strnlen(text, kEscapeLength));
  if (!escape.starts_with("\\u") || escape.size() < kEscapeLength) return 0;
  return parse_whole<unsigned>(escape.substr(2), 16).value_or(0);
}

[[nodiscard]] bool is_high_surrogate(unsigned code_unit) {
  return code_unit >= 0xD800 && code_unit <= 0xDBFF;
}
[[nodiscard]] bool is_low_surrogate(unsigned code_unit) {
  return code_unit >= 0xDC00 && code_unit <= 0xDFFF;
}

/// Replaces the escape at the beginning if it is half a pair. Returns its length, with that of the
/// other half if it is a whole one.
[[nodiscard]] std::size_t replace_if_alone(char* escape) {
  const unsigned unit = code_unit_at(escape);
  if (is_high_surrogate(unit) && is_low_surrogate(code_unit_at(escape + kEscapeLength)))
    return 2 * kEscapeLength;
  if (is_high_surrogate(unit) || is_low_surrogate(unit))
    std::memcpy(escape, kReplacement.data(), kEscapeLength);
  if (unit != 0) return kEscapeLength;
  return escape[1] == '\0' ? 1 : 2;
}

}  // namespace

void replace_lone_surrogates(char* rest) {
  while (*rest != '"' && *rest != '\0') rest += *rest == '\\' ? replace_if_alone(rest) : 1;
}

}  // namespace vrni2syslog
