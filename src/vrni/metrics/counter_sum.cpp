#include "vrni/metrics/counter_sum.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace vrni2syslog {
namespace {

/// Receivers keep numbers in 64 bits with a sign.
constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

template <typename Number>
[[nodiscard]] bool parse_whole_text(std::string_view text, Number& number) noexcept {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return !text.empty() && error == std::errc() && stop == end;
}

}  // namespace

bool CounterSum::add(std::string_view value) noexcept {
  // Apart from others, since a double holds no more than 53 bits.
  if (std::uint64_t whole = 0; parse_whole_text(value, whole)) {
    if (whole > kLargest) return false;
    add(whole, 0.0);
    return true;
  }
  double number = 0;
  if (!parse_whole_text(value, number)) return false;
  if (std::isnan(number) || number < 0) return true;
  if (number >= static_cast<double>(kLargest)) return false;
  double whole = 0;
  const double fraction = std::modf(number, &whole);
  add(static_cast<std::uint64_t>(whole), fraction);
  return true;
}

void CounterSum::add(const CounterSum& other) noexcept {
  is_too_large_ = is_too_large_ || other.is_too_large_;
  if (other.has_points_) add(other.whole_, other.fraction_);
}

void CounterSum::add(std::uint64_t whole, double fraction) noexcept {
  has_points_ = true;
  fraction_ += fraction;
  if (whole > kLargest - whole_) {
    is_too_large_ = true;
  } else {
    whole_ += whole;
  }
}

std::uint64_t CounterSum::total() const noexcept {
  return std::min(kLargest, whole_ + static_cast<std::uint64_t>(std::llround(fraction_)));
}

}  // namespace vrni2syslog
