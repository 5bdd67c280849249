#include "app/run/process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] sighandler_t handler_of(int signal) {
  const sighandler_t handler = std::signal(signal, SIG_DFL);
  std::signal(signal, handler);
  return handler;
}

TEST(Process, SurvivesSignalsOfWritesAndWaitsForItsChildren) {
  std::signal(SIGXFSZ, SIG_DFL);
  std::signal(SIGCHLD, SIG_IGN);
  protect_process();
  EXPECT_EQ(handler_of(SIGPIPE), SIG_IGN);
  EXPECT_EQ(handler_of(SIGXFSZ), SIG_IGN);
  EXPECT_EQ(handler_of(SIGCHLD), SIG_DFL);
}

TEST(Process, LeavesNoCoreAndNoKeysOfSessions) {
  ::setenv("SSLKEYLOGFILE", "/nowhere", 1);
  protect_process();
  rlimit core{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &core), 0);
  EXPECT_EQ(core.rlim_cur, 0U);
  EXPECT_EQ(std::getenv("SSLKEYLOGFILE"), nullptr);
}

TEST(Process, IsNotTraced) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the search for leaks traces the process";
#endif
  const int before = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  protect_process();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
  ::prctl(PR_SET_DUMPABLE, before, 0, 0, 0);
}

TEST(Process, PassesNoOptionsOnToItsCommands) {
  ::setenv("VRNI2SYSLOG_PASSWORD", "secret", 1);
  ::setenv("VRNI2SYSLOG_USERNAME", "user", 1);
  ::setenv("OTHER_VRNI2SYSLOG_PASSWORD", "theirs", 1);
  clear_options_from_environment();
  EXPECT_EQ(std::getenv("VRNI2SYSLOG_PASSWORD"), nullptr);
  EXPECT_EQ(std::getenv("VRNI2SYSLOG_USERNAME"), nullptr);
  EXPECT_STREQ(std::getenv("OTHER_VRNI2SYSLOG_PASSWORD"), "theirs");
}

}  // namespace
}  // namespace vrni2syslog
