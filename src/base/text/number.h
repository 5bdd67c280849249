#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
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

/// The whole number that the text is, also where it is written with a fraction of zero or with an
/// exponent ("443.0", "1.7E9"), as writers do that know only floating-point numbers. nullopt for
/// anything else, and for a number in such a form that is beyond 10^15, where digits are lost.
[[nodiscard]] inline std::optional<std::int64_t> parse_integral(std::string_view text) noexcept {
  constexpr double kLargestExact = 1e15;
  if (const auto whole = parse_whole<std::int64_t>(text)) return whole;
  const auto number = parse_whole<double>(text);
  if (!number || !(std::abs(*number) <= kLargestExact) || *number != std::trunc(*number))
    return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

}  // namespace vrni2syslog
