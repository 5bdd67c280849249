#include "app/run/signals.h"

#include <pthread.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// Wakes the thread at the end of the run. Sent to the thread alone, it never means anything else.
constexpr int kWakeSignal = SIGUSR2;

[[nodiscard]] bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

SignalWatcher::SignalWatcher(std::stop_source& stop) : stop_(stop) {
  sigemptyset(&signals_);
  sigaddset(&signals_, kWakeSignal);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // A blocked signal reaches sigwait() even if it is ignored.
    if (!is_ignored(signal)) sigaddset(&signals_, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  is_ending_ = true;
  ::pthread_kill(thread_.native_handle(), kWakeSignal);
  thread_.join();
}

void SignalWatcher::watch() {
  for (;;) {
    int signal = 0;
    if (::sigwait(&signals_, &signal) != 0) continue;
    if (is_ending_) return;
    if (signal == kWakeSignal) continue;
    if (received_ != 0) ::_exit(128 + signal);
    received_ = signal;
    stop_.request_stop();
  }
}

}  // namespace vrni2syslog
