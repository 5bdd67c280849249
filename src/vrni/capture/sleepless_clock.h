#pragma once

#include "base/clock.h"

namespace vrni2syslog {

/// A clock that tells another one's time and never waits: for calls that are answered from a
/// capture, where no platform needs to be spared.
class SleeplessClock final : public Clock {
 public:
  /// `clock` must outlive it.
  explicit SleeplessClock(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] WallTime now() const override { return clock_.now(); }
  [[nodiscard]] SteadyTime steady_now() const override { return clock_.steady_now(); }
  void sleep_until(SteadyTime /*time*/, std::stop_token /*stop*/) override {}

 private:
  const Clock& clock_;
};

}  // namespace vrni2syslog
