#include "delivery/checkpoint/job_lock.h"

#include "base/error.h"
#include "support/error_of.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class JobLockTest : public testing::Test {
 protected:
  [[nodiscard]] JobLock lock(seconds wait = seconds(0)) {
    return JobLock(directory_.path(), "nightly", wait, clock_, stop_.get_token());
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  std::stop_source stop_;
};

TEST_F(JobLockTest, KeepsASecondRunOutAndTellsOfTheFirst) {
  std::optional<JobLock> first = lock();
  const Error error = error_of([this] { static_cast<void>(lock()); });
  EXPECT_EQ(error.fault(), Fault::Busy);
  EXPECT_THAT(error.what(), HasSubstr("another run of job nightly is at work (process " +
                                      std::to_string(::getpid()) + ")"));
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
  first.reset();
  static_cast<void>(lock());
}

TEST_F(JobLockTest, WaitsAsLongAsItMay) {
  const JobLock first = lock();
  const SteadyTime begin = clock_.steady_now();
  EXPECT_THAT(error_of([this] { static_cast<void>(lock(seconds(5))); }).what(),
              HasSubstr("after waiting 5s (--lock-wait)"));
  EXPECT_EQ(clock_.steady_now() - begin, seconds(5));
}

TEST_F(JobLockTest, WaitsNoLongerOnceAStopIsRequested) {
  const JobLock first = lock();
  stop_.request_stop();
  EXPECT_EQ(error_of([this] { static_cast<void>(lock(seconds(3600))); }).fault(), Fault::Busy);
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(JobLockTest, DoesNotLockOtherJobs) {
  const JobLock first = lock();
  EXPECT_NO_THROW(JobLock(directory_.path(), "hourly", seconds(0), clock_, {}));
}

TEST_F(JobLockTest, RemembersThatTheJobWasForgottenUntilItHasAStateAgain) {
  {
    JobLock first = lock();
    EXPECT_FALSE(first.is_forgotten());
    first.remember_state();
    first.remember_forgotten();
  }
  JobLock second = lock();
  EXPECT_TRUE(second.is_forgotten());
  EXPECT_FALSE(second.has_had_state());
  second.remember_state();
  EXPECT_FALSE(second.is_forgotten());
}

TEST_F(JobLockTest, IsGoneWithTheProcessThatHeldIt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const JobLock held = lock();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  static_cast<void>(lock());
}

TEST_F(JobLockTest, IsNotInheritedByChildren) {
  std::optional<JobLock> first = lock();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", "sleep", "60", nullptr);
    ::_exit(1);
  }
  // Until the child is another program it shares the lock.
  std::string target;
  while (!target.ends_with("sleep") && !target.ends_with("coreutils")) {
    std::error_code ignored;
    target = std::filesystem::read_symlink("/proc/" + std::to_string(child) + "/exe", ignored);
  }
  first.reset();
  EXPECT_NO_THROW(static_cast<void>(lock()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(JobLockTest, SaysWhoseFileIsInTheWay) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can leave a file that others cannot open";
  static_cast<void>(lock());
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
  ASSERT_EQ(::seteuid(65534), 0);
  const Error error = error_of([this] { static_cast<void>(lock()); });
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(error.what(),
              HasSubstr("Permission denied (it belongs to another user: root, uid 0)"));
}

TEST_F(JobLockTest, CannotBeWhereNothingCanBe) {
  const Error error = error_of([this] {
    JobLock(directory_.path() / "nowhere", "nightly", seconds(0), clock_, stop_.get_token());
  });
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(error.what(), HasSubstr("--state-dir"));
}

}  // namespace
}  // namespace vrni2syslog
