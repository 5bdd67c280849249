#include "app/run/signals.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// Waits until a stop is requested, or a minute.
[[nodiscard]] bool is_stopped(std::stop_source& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  return !changed.wait_for(lock, stop.get_token(), std::chrono::minutes(1), [] { return false; }) &&
         stop.stop_requested();
}

/// A signal that is ignored is left alone, as SIGHUP under nohup: these here must not be.
class Signals : public testing::TestWithParam<int> {
 protected:
  Signals() { std::signal(GetParam(), SIG_DFL); }
};

TEST_P(Signals, RequestAStop) {
  EXPECT_EXIT(
      {
        std::stop_source stop;
        const SignalWatcher watcher(stop);
        ::kill(::getpid(), GetParam());
        ::_exit(is_stopped(stop) && watcher.received() == GetParam() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST_P(Signals, EndTheProcessWhenTheyComeTwice) {
  EXPECT_EXIT(
      {
        std::stop_source stop;
        const SignalWatcher watcher(stop);
        ::kill(::getpid(), GetParam());
        if (!is_stopped(stop)) ::_exit(1);
        ::kill(::getpid(), GetParam());
        for (;;) ::pause();
      },
      testing::ExitedWithCode(128 + GetParam()), "");
}

TEST_P(Signals, StayIgnoredWhereTheyWere) {
  EXPECT_EXIT(
      {
        std::signal(GetParam(), SIG_IGN);
        std::stop_source stop;
        {
          const SignalWatcher watcher(stop);
          ::kill(::getpid(), GetParam());
        }
        ::_exit(stop.stop_requested() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(All, Signals, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(SignalWatcher, EndsWithoutASignal) {
  EXPECT_EXIT(
      {
        std::stop_source stop;
        { const SignalWatcher watcher(stop); }
        ::_exit(stop.stop_requested() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace vrni2syslog
