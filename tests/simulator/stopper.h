#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace vrni2syslog::simulator {

/// Tells every request that the server is to end. Thread-safe.
class Stopper {
 public:
  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
  }

  [[nodiscard]] bool is_stopping() {
    const std::scoped_lock lock(mutex_);
    return is_stopping_;
  }

  /// Waits, but no longer than until the server is to end.
  void sleep(std::chrono::milliseconds time) {
    sleep_until(std::chrono::steady_clock::now() + time);
  }

  /// The same, until `time`; not at all if that has passed.
  void sleep_until(std::chrono::steady_clock::time_point time) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, time, [this] { return is_stopping_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
};

}  // namespace vrni2syslog::simulator
