#pragma once

#include <chrono>
#include <stop_token>

namespace vrni2syslog {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// The time as the program sees it. Tests replace it. May be used from several threads at once.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual WallTime now() const = 0;
  /// now() without its fraction of a second, as windows and states are written down.
  [[nodiscard]] std::chrono::sys_seconds now_seconds() const {
    return std::chrono::floor<std::chrono::seconds>(now());
  }
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;

  /// Waits until `time`, or until a stop is requested if that is earlier.
  virtual void sleep_until(SteadyTime time, std::stop_token stop) = 0;
};

/// The computer's clocks.
[[nodiscard]] Clock& system_clock() noexcept;

}  // namespace vrni2syslog
