#pragma once

#include <chrono>
#include <stop_token>

namespace vrni2syslog {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Time as the program sees it; tests bring their own. Used from several threads at once.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual WallTime now() const = 0;
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;

  /// Waits until `time`, or until a stop is requested if that is earlier.
  virtual void sleep_until(SteadyTime time, std::stop_token stop) = 0;
};

/// The computer's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override;
  [[nodiscard]] SteadyTime steady_now() const override;
  void sleep_until(SteadyTime time, std::stop_token stop) override;
};

}  // namespace vrni2syslog
