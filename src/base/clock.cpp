#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace vrni2syslog {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
  void sleep_until(SteadyTime time, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_until(lock, std::move(stop), time, [] { return false; });
  }
};

}  // namespace

Clock& system_clock() noexcept {
  static SystemClock clock;
  return clock;
}

}  // namespace vrni2syslog
