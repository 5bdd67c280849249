#pragma once

#include <chrono>

namespace vrni2syslog {

/// Tells when answers take much longer than they used to, which is how an overloaded server
/// complains first.
class LatencyTrend {
 public:
  /// Takes how long an answer took. Returns whether the last few took more than twice as long as
  /// those before; after that it is silent for some answers, in which a remedy may show.
  [[nodiscard]] bool note(std::chrono::milliseconds latency);

 private:
  double recent_ms_ = 0;  ///< mean of the last few
  double usual_ms_ = 0;   ///< mean of many
  int answers_ = 0;       ///< since the beginning, or since it told
};

}  // namespace vrni2syslog
