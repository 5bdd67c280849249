#pragma once

#include <cstdint>
#include <string_view>

namespace vrni2syslog {

/// The sum of points of a metric: exact for integers, rounded once at the end for others.
class CounterSum {
 public:
  /// Adds a point by its value as the platform wrote it: "12", "1.2E3". A negative value or NaN is
  /// the platform's "no data" and leaves the sum as it is. Returns false, and leaves the sum as it
  /// is, for anything that is not a number or does not fit into 63 bits.
  [[nodiscard]] bool add(std::string_view value) noexcept;
  void add(const CounterSum& other) noexcept;

  /// Whether there was a point with a value, and the sum fits into 63 bits. A sum that is not known
  /// is not zero.
  [[nodiscard]] bool is_known() const noexcept { return has_points_ && !is_too_large_; }
  /// The sum, if it is known.
  [[nodiscard]] std::uint64_t total() const noexcept;

 private:
  void add(std::uint64_t whole, double fraction) noexcept;

  std::uint64_t whole_ = 0;
  double fraction_ = 0;
  bool has_points_ = false;
  bool is_too_large_ = false;
};

}  // namespace vrni2syslog
