#include "base/shell_command.h"

#include "base/error.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

[[nodiscard]] ShellCommand command_of(std::string text) {
  ShellCommand command;
  command.text = std::move(text);
  command.failure = Fault::LoginRefused;
  return command;
}

[[nodiscard]] std::string run(std::string text) {
  const ManualClock clock;
  return output_of(command_of(std::move(text)), clock, {});
}

[[nodiscard]] Error failure_of(const ShellCommand& command, const RunLimits& limits = {}) {
  const ManualClock clock;
  try {
    (void)output_of(command, clock, limits);
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::Bug, "no error");
}

TEST(ShellCommand, IsReadByAShell) {
  EXPECT_EQ(run("printf 'a b\\n'; printf \"$((1 + 1))\" | cat"), "a b\n2");
  EXPECT_EQ(run("true"), "");
}

TEST(ShellCommand, HasNothingToReadAndMayWriteMuch) {
  EXPECT_EQ(run("cat; echo end"), "end\n");
  EXPECT_EQ(run("head -c 60000 /dev/zero").size(), 60'000U);
}

TEST(ShellCommand, NeedsNotHoldItsOutputOpen) {
  EXPECT_EQ(run("echo a; exec >&-; true"), "a\n");
  // What it leaves behind in the background is not waited for.
  EXPECT_EQ(run("echo a; sleep 30 2>/dev/null & true"), "a\n");
}

TEST(ShellCommand, EndsWithoutTheProcessesThatItLeavesBehind) {
  // It would write for minutes; without a reader it ends.
  EXPECT_THAT(run("echo a; (while printf b; do sleep 0.01; done) 2>/dev/null & true"),
              AllOf(testing::StartsWith("a\n"), testing::SizeIs(testing::Lt(100U))));
}

TEST(ShellCommand, HasTheSignalsOfAnyProcess) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &signals, &before);
  EXPECT_THAT(failure_of(command_of("kill -TERM $$; exit 0")).what(),
              HasSubstr("was ended by signal 15"));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(ShellCommand, FailsAtItsEndIfNobodyCanTellHowItEnded) {
  auto* const before = std::signal(SIGCHLD, SIG_IGN);
  const Error error = failure_of(command_of("echo a"));
  std::signal(SIGCHLD, before);
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("failed with exit status 126"));
}

TEST(ShellCommand, FailsWithAnErrorThatDoesNotRepeatIt) {
  const Error error = failure_of(command_of("echo s3cret; exit 3"));
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("failed with exit status 3"), Not(HasSubstr("s3cret")),
                                  Not(HasSubstr("echo"))));
}

TEST(ShellCommand, IsEndedIfItWritesTooMuch) {
  EXPECT_THAT(failure_of(command_of("yes")).what(), HasSubstr("more than 65536 bytes"));
}

TEST(ShellCommand, IsKilledWithItsChildrenIfItTakesTooLong) {
  const TemporaryDirectory directory;
  ShellCommand command = command_of("sleep 60; touch " + (directory.path() / "late").string());
  command.time_limit = seconds(0);
  const Error error = failure_of(command);
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("did not end within 0 s"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "late"));
}

TEST(ShellCommand, EndsWithTheRun) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(failure_of(command_of("sleep 60"), {stop.get_token(), SteadyTime::max()}).fault(),
            Fault::Interrupted);
  EXPECT_EQ(failure_of(command_of("sleep 60"), {{}, SteadyTime::min()}).fault(),
            Fault::Interrupted);
}

}  // namespace
}  // namespace vrni2syslog
