#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace vrni2syslog {

/// The number that the whole text is, as std::from_chars() reads it. nullopt if the text holds
/// anything else ("12abc", " 12", "+12", "") or the number does not fit.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_whole(std::string_view text, int base = 10) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace vrni2syslog
