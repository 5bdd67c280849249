#include "delivery/checkpoint/checkpoint_file.h"

#include "base/file.h"
#include "delivery/checkpoint/checkpoint_text.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uid_t kNobody = 65534;

class CheckpointFileTest : public testing::Test {
 protected:
  void expect_refused(Fault fault, const std::string& text) {
    const Error error = error_of([this] { static_cast<void>(file_.load()); });
    EXPECT_EQ(error.fault(), fault) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(text));
    EXPECT_THAT(error.what(), HasSubstr(file_.path().string()));
  }
  [[nodiscard]] fs::path previous() const { return file_.path().string() + ".previous"; }

  TemporaryDirectory directory_;
  CheckpointFile file_{directory_.path(), "nightly"};
};

TEST_F(CheckpointFileTest, IsNotThereBeforeTheFirstRun) {
  EXPECT_EQ(file_.load(), std::nullopt);
  EXPECT_EQ(CheckpointFile(directory_.path() / "nowhere", "nightly").load(), std::nullopt);
  EXPECT_THAT(jobs_in(directory_.path() / "nowhere"), IsEmpty());
}

TEST_F(CheckpointFileTest, IsSavedForItsOwnerAndTheOneBeforeIsKept) {
  Checkpoint checkpoint = two_hours_and_one();
  file_.save(checkpoint);
  EXPECT_EQ(file_.load(), checkpoint);
  EXPECT_FALSE(fs::exists(previous()));
  const std::string before = read_file(file_.path(), 10'000, Fault::CannotWrite);
  confirm(checkpoint, 1, {hour(1), hour(2)}, Verdict::Consumed, hour(3));
  file_.save(checkpoint);
  EXPECT_EQ(file_.load(), checkpoint);
  EXPECT_EQ(read_file(previous(), 10'000, Fault::CannotWrite), before);
  EXPECT_EQ(fs::status(file_.path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(jobs_in(directory_.path()), ElementsAre("nightly"));
}

TEST_F(CheckpointFileTest, IsNotAFirstRunWhereItIsGoneAndTheOneBeforeIsNot) {
  file_.save(two_hours_and_one());
  file_.save(two_hours_and_one());
  fs::remove(file_.path());
  expect_refused(Fault::CannotWrite, "is gone");
}

TEST_F(CheckpointFileTest, IsNotAFirstRunWhereItIsDamaged) {
  for (const char* content : {"", "vrni2syslog state 1\njob: n"}) {
    write_file_atomically(file_.path(), content);
    expect_refused(Fault::CannotWrite, "--forget");
  }
  fs::resize_file(file_.path(), 5U * 1024 * 1024);
  expect_refused(Fault::CannotWrite, "longer than");
}

TEST_F(CheckpointFileTest, IsRefusedWhereItIsOfSomethingElse) {
  write_file_atomically(file_.path(), "vrni2syslog state 99\n");
  expect_refused(Fault::Configuration, "use a later version");
  Checkpoint other = two_hours_and_one();
  other.job = "hourly";
  write_file_atomically(file_.path(), format_checkpoint(other));
  expect_refused(Fault::Configuration, "is the state of job hourly");
}

TEST_F(CheckpointFileTest, IsRefusedWhereOthersCouldHaveWrittenIt) {
  file_.save(two_hours_and_one());
  for (const unsigned mode : {0622U, 0602U, 0666U}) {
    fs::permissions(file_.path(), fs::perms(mode));
    expect_refused(Fault::Configuration, "chmod 600");
  }
  fs::permissions(file_.path(), fs::perms(0644));
  EXPECT_TRUE(file_.load());
}

TEST_F(CheckpointFileTest, IsRefusedWhereItIsNoFileOfOurs) {
  const fs::path elsewhere = directory_.path() / "elsewhere";
  write_file_atomically(elsewhere, format_checkpoint(two_hours_and_one()));
  fs::create_symlink(elsewhere, file_.path());
  expect_refused(Fault::Configuration, "is not a regular file");
  fs::remove(file_.path());
  fs::create_directory(file_.path());
  expect_refused(Fault::Configuration, "is not a regular file");
}

TEST_F(CheckpointFileTest, IsRefusedWhereItIsAnotherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  file_.save(two_hours_and_one());
  fs::permissions(directory_.path(), fs::perms(0755));
  fs::permissions(file_.path(), fs::perms(0644));
  ASSERT_EQ(::seteuid(kNobody), 0);
  expect_refused(Fault::Configuration, "another user (root, uid 0)");
  ASSERT_EQ(::seteuid(0), 0);
}

TEST_F(CheckpointFileTest, IsShownToRootWhoseverItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  file_.save(two_hours_and_one());
  ASSERT_EQ(::chown(file_.path().c_str(), kNobody, kNobody), 0);
  EXPECT_EQ(file_.load(), two_hours_and_one());
  fs::permissions(file_.path(), fs::perms(0602));
  expect_refused(Fault::Configuration, "can be written by others");
}

TEST_F(CheckpointFileTest, IsRemovedWithTheOneBefore) {
  EXPECT_FALSE(file_.remove());
  file_.save(two_hours_and_one());
  file_.save(two_hours_and_one());
  EXPECT_TRUE(file_.remove());
  EXPECT_EQ(file_.load(), std::nullopt);
  EXPECT_THAT(jobs_in(directory_.path()), IsEmpty());
}

}  // namespace
}  // namespace vrni2syslog
