#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace vrni2syslog {

/// The number that the whole text is, as std::from_chars() reads it. nullopt if the text holds
/// anything else ("12abc", " 12", "+12", "") or the number does not fit. `base` is for integers.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_whole(std::string_view text, int base = 10) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  std::from_chars_result read{};
  if constexpr (std::is_floating_point_v<Number>) {
    read = std::from_chars(text.data(), end, number);
  } else {
    read = std::from_chars(text.data(), end, number, base);
  }
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace vrni2syslog
