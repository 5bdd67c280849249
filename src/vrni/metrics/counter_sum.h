#pragma once

#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// The sum of points of a metric: exact for integers, rounded once at the end for others.
class CounterSum {
 public:
  /// Adds a point by its value as the platform wrote it: "12", "1.2E3". A negative value, and NaN,
  /// is the platform's "no data", which leaves the sum as it is. False for what is no number, and
  /// for one that 63 bits do not hold.
  [[nodiscard]] bool add(std::string_view value) noexcept;
  void add(const CounterSum& other) noexcept;

  /// There was a point with a value, and 63 bits hold the sum. A sum that is not known is not zero.
  [[nodiscard]] bool is_known() const noexcept { return has_points_ && !is_too_large_; }
  /// Of a sum that is known.
  [[nodiscard]] std::uint64_t total() const noexcept;

 private:
  void add(std::uint64_t whole, double fraction) noexcept;

  std::uint64_t whole_ = 0;
  double fraction_ = 0;
  bool has_points_ = false;
  bool is_too_large_ = false;
};

}  // namespace vrni2syslog
