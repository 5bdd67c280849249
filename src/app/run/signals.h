#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace vrni2syslog {

/// Turns SIGINT, SIGTERM and SIGHUP into a request to stop; a second one ends the process at once
/// with status 128 + signal. Signals that were ignored when the process began (nohup, a shell's
/// background jobs) stay ignored.
///
/// Construct it before any other thread, so that they all inherit the blocked signals.
class SignalWatcher {
 public:
  /// `stop` must outlive the watcher.
  explicit SignalWatcher(std::stop_source& stop);
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  /// Ends the thread; the signals stay blocked.
  ~SignalWatcher();

  /// The first signal that was received; 0 if there was none.
  [[nodiscard]] int received() const noexcept { return received_.load(); }

 private:
  void watch();

  std::stop_source& stop_;
  sigset_t signals_{};
  std::atomic<int> received_ = 0;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace vrni2syslog
