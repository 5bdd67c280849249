#pragma once

#include <chrono>
#include <optional>

namespace vrni2syslog {

/// Why a request has to be sent again.
enum class Delay {
  Overload,  ///< the collector has answered that it is overloaded
  Failure,   ///< there was no answer
};

/// How long the same request is sent again and again. The run's deadline ends it as well.
class IngestionPatience {
 public:
  /// The pause before the next attempt; nullopt if there shall be none. `retry_after` is what the
  /// collector has asked for, 0 if it has not; `random`, in [0, 1), spreads the pauses.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_pause(
      Delay delay, std::chrono::milliseconds retry_after, double random);
  /// The sum of all pauses.
  [[nodiscard]] std::chrono::milliseconds paused() const noexcept { return paused_; }

 private:
  int overloads_ = 0;
  int failures_ = 0;
  std::chrono::milliseconds paused_{0};
};

}  // namespace vrni2syslog
