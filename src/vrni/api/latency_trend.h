#pragma once

#include <chrono>

namespace vrni2syslog {

/// Tells when answers take much longer than they used to, which is how an overloaded server
/// complains first.
class LatencyTrend {
 public:
  /// Takes how long an answer took. Returns whether the last few took more than twice as long as
  /// usual. What is slow becomes usual only after hundreds of answers.
  [[nodiscard]] bool note(std::chrono::milliseconds latency);

 private:
  double recent_ms_ = 0;  ///< mean of the last few
  double usual_ms_ = 0;   ///< mean of many
  int answers_ = 0;
};

}  // namespace vrni2syslog
