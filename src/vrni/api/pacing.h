#pragma once

#include <chrono>

namespace vrni2syslog {

/// The pause between two calls: none until the platform complains, doubled with each 429, and
/// slowly forgotten. The platform documents no limit of calls; a tenth of a second is what its
/// users report as working.
class Pacing {
 public:
  void on_throttled();
  void on_success();

  [[nodiscard]] std::chrono::milliseconds pause() const noexcept { return pause_; }

 private:
  std::chrono::milliseconds pause_{0};
};

}  // namespace vrni2syslog
