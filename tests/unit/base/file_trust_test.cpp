#include "base/file_trust.h"

#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] struct stat status(uid_t owner, mode_t mode) {
  struct stat status {};
  status.st_uid = owner;
  status.st_mode = S_IFREG | mode;
  return status;
}

TEST(FileTrust, IsInRootAndOneselfAlone) {
  for (const mode_t mode : {0400U, 0600U, 0640U, 0644U, 0755U, 0444U}) {
    EXPECT_TRUE(require_own(status(::geteuid(), mode))) << std::oct << mode;
    EXPECT_TRUE(require_own(status(0, mode))) << std::oct << mode;
    EXPECT_THAT(require_own(status(::geteuid() + 4711, mode)).problem(), HasSubstr("another user"));
  }
  for (const mode_t mode : {0620U, 0602U, 0622U, 0660U, 0666U, 0777U, 0020U, 0002U})
    EXPECT_THAT(require_own(status(::geteuid(), mode)).problem(), HasSubstr("written by others"));
}

class FileTrustOf : public testing::Test {
 protected:
  void make(const std::string& name, mode_t mode) {
    directory_.write(name, "x");
    ASSERT_EQ(::chmod((directory_.path() / name).c_str(), mode), 0);
  }
  TemporaryDirectory directory_;
};

TEST_F(FileTrustOf, AFileDependsOnItsDirectory) {
  std::filesystem::create_directory(directory_.path() / "d");
  make("d/file", 0600);
  const std::filesystem::path file = directory_.path() / "d/file";
  EXPECT_TRUE(require_own(file));
  for (const auto& [mode, is_trusted] :
       {std::pair{0755U, true}, {0700U, true}, {01777U, true}, {0777U, false}, {0770U, false}}) {
    ASSERT_EQ(::chmod((directory_.path() / "d").c_str(), mode), 0);
    EXPECT_EQ(bool(require_own(file)), is_trusted) << std::oct << mode;
  }
}

TEST_F(FileTrustOf, ALinkIsThatOfItsTarget) {
  make("target", 0666);
  std::filesystem::create_symlink("target", directory_.path() / "link");
  EXPECT_FALSE(require_own(directory_.path() / "link"));
}

TEST_F(FileTrustOf, APipeOrNothingIsNotAskedFor) {
  EXPECT_TRUE(require_own(std::filesystem::path("/dev/null")));
  EXPECT_TRUE(require_own(directory_.path() / "missing"));
}

}  // namespace
}  // namespace vrni2syslog
