#include "delivery/checkpoint/state_directory.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uid_t kNobody = 65534;

TEST(StateDirectory, IsMadeForItsOwnerWithAllThatLeadsToIt) {
  const TemporaryDirectory home;
  const fs::path directory = home.path() / ".local/state/vrni2syslog";
  prepare_state_directory(directory);
  EXPECT_EQ(fs::status(directory).permissions(), fs::perms::owner_all);
  prepare_state_directory(directory);
}

TEST(StateDirectory, IsTakenAsItIsWhereItIsThere) {
  const TemporaryDirectory directory;
  fs::permissions(directory.path(), fs::perms(0750));
  prepare_state_directory(directory.path());
  EXPECT_EQ(fs::status(directory.path()).permissions(), fs::perms(0750));
}

void expect_refused(const fs::path& directory, std::string_view reason,
                    Fault fault = Fault::CannotCreate) {
  try {
    prepare_state_directory(directory);
    ADD_FAILURE() << directory << " was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), fault);
    EXPECT_THAT(error.what(), HasSubstr(directory.string()));
    EXPECT_THAT(error.what(), HasSubstr(reason));
    EXPECT_THAT(error.what(), HasSubstr("--state-dir"));
  }
}

TEST(StateDirectory, IsRefusedToRootWhereTheFilesWouldBeInAnothersWay) {
  if (::geteuid() != 0) GTEST_SKIP() << "root alone can work in the directories of others";
  const TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.path().c_str(), kNobody, kNobody), 0);
  expect_refused(directory.path(), "sudo -u '#65534' vrni2syslog", Fault::Configuration);
  EXPECT_TRUE(fs::is_empty(directory.path()));
}

TEST(StateDirectory, IsRefusedWhereItIsAFile) {
  const TemporaryDirectory directory;
  expect_refused(directory.write("file", "x"), "Not a directory");
}

TEST(StateDirectory, IsRefusedWhereItCannotBeMade) {
  expect_refused("/proc/vrni2syslog", "No such file");
}

TEST(StateDirectory, IsRefusedWhereTheDiskIsFull) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root passes for one who may write there";
  // As a file system /proc never has any room.
  expect_refused("/proc", "the disk is full", Fault::CannotWrite);
}

TEST(StateDirectory, IsRefusedWhereNothingCanBeMadeInIt) {
  const TemporaryDirectory directory;
  fs::permissions(directory.path(), fs::perms(0500));
  const uid_t user = ::geteuid();
  if (user == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0) << "permissions do not stop root";
  }
  expect_refused(directory.path(), "Permission denied");
  if (user == 0) {
    ASSERT_EQ(::seteuid(user), 0);
  }
}

}  // namespace
}  // namespace vrni2syslog
