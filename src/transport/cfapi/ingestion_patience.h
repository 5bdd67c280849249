#pragma once

#include <chrono>
#include <optional>

namespace vrni2syslog {

/// How long the same request is sent again and again. The run's deadline ends it as well.
class IngestionPatience {
 public:
  /// The pause before the next attempt after an answer that says that the collector is overloaded;
  /// nullopt if there shall be none. `retry_after` is what it has asked for, 0 if it has not;
  /// `random`, in [0, 1), spreads the pauses.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause_after_overload(
      std::chrono::milliseconds retry_after, double random);
  /// The same after a request without an answer.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause_after_failure(double random);
  /// The sum of all pauses.
  [[nodiscard]] std::chrono::milliseconds paused() const noexcept { return paused_; }

 private:
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_pause(
      int attempts, std::chrono::milliseconds retry_after, double random);

  int overloads_ = 0;
  int failures_ = 0;
  std::chrono::milliseconds paused_{0};
};

}  // namespace vrni2syslog
