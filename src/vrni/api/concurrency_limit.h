#pragma once

#include "vrni/api/latency_trend.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// How many requests may be in flight together. One more after as many answers as are allowed now;
/// one fewer for every few answers that take much longer than usual; half as many after a
/// complaint; never more than the user allows, and always one.
class ConcurrencyLimit {
 public:
  explicit ConcurrencyLimit(std::size_t most);

  [[nodiscard]] std::size_t value() const noexcept { return value_; }

  /// An answer of use came, after so long. Operations are as different as their work: each has a
  /// latency of its own.
  void on_answer(std::string_view operation, std::chrono::milliseconds latency);
  /// 429, an error of the server, or no answer.
  void on_complaint();

 private:
  void set(std::size_t value) noexcept;

  std::size_t most_;
  std::size_t value_;
  std::size_t answers_ = 0;       ///< that were as fast as usual, since the value changed
  std::size_t slow_answers_ = 0;  ///< in a row, since the value changed
  std::map<std::string, LatencyTrend, std::less<>> trends_;
};

}  // namespace vrni2syslog
