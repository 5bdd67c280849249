#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace vrni2syslog {

WallTime SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const {
  return std::chrono::steady_clock::now();
}

void SystemClock::sleep_until(SteadyTime time, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, std::move(stop), time, [] { return false; });
}

}  // namespace vrni2syslog
