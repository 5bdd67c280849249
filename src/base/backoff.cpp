#include "base/backoff.h"

#include <algorithm>

namespace vrni2syslog {

std::chrono::milliseconds backoff_delay(const BackoffPolicy& policy, int attempt,
                                        std::chrono::milliseconds floor, double random) {
  std::chrono::milliseconds ceiling = policy.first;
  for (int doublings = 1; doublings < attempt && ceiling < policy.cap; ++doublings) ceiling *= 2;
  ceiling = std::min(ceiling, policy.cap);
  const auto jitter = std::chrono::milliseconds(
      static_cast<std::chrono::milliseconds::rep>(static_cast<double>(ceiling.count()) * random));
  return floor + jitter;
}

}  // namespace vrni2syslog
