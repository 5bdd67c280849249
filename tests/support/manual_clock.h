#pragma once

#include "base/clock.h"

#include <algorithm>
#include <stop_token>
#include <vector>

namespace vrni2syslog {

/// A clock that stands still, except that who sleeps wakes up at once and finds it that much later.
/// For one thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override { return wall_; }
  [[nodiscard]] SteadyTime steady_now() const override { return steady_; }

  void sleep_until(SteadyTime time, std::stop_token stop) override {
    if (stop.stop_requested()) return;
    const auto slept = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(time - steady_, SteadyTime::duration::zero()));
    sleeps_.push_back(slept);
    advance(slept);
  }

  void advance(std::chrono::milliseconds duration) {
    wall_ += duration;
    steady_ += duration;
  }
  void set_now(WallTime time) { wall_ = time; }

  /// How long each sleep was.
  [[nodiscard]] const std::vector<std::chrono::milliseconds>& sleeps() const noexcept {
    return sleeps_;
  }

 private:
  WallTime wall_{std::chrono::milliseconds(1'763'800'000'000)};
  SteadyTime steady_{std::chrono::hours(1)};
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace vrni2syslog
