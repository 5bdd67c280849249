#include "vrni/metrics/counter_sum.h"

#include "base/text/number.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vrni2syslog {
namespace {

/// Collectors keep numbers in 64 bits with a sign.
constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

}  // namespace

bool CounterSum::add(std::string_view value) noexcept {
  // Integers are read as such, since a double holds no more than 53 bits.
  if (const std::optional<std::uint64_t> whole = parse_whole<std::uint64_t>(value)) {
    if (*whole > kLargest) return false;
    add(*whole, 0.0);
    return true;
  }
  const std::optional<double> number = parse_whole<double>(value);
  if (!number) return false;
  if (std::isnan(*number) || *number < 0) return true;
  if (*number >= static_cast<double>(kLargest)) return false;
  double whole = 0;
  const double fraction = std::modf(*number, &whole);
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
