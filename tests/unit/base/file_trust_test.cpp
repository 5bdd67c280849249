#include "base/file_trust.h"

#include "base/file.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <pwd.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

[[nodiscard]] struct stat status(uid_t owner, mode_t mode) {
  struct stat status {};
  status.st_uid = owner;
  status.st_mode = S_IFREG | mode;
  return status;
}

[[nodiscard]] std::vector<uid_t> nobody(gid_t) {
  return {};
}

TEST(FileTrust, IsInRootAndOneselfAlone) {
  for (const mode_t mode : {0400U, 0600U, 0640U, 0644U, 0755U, 0444U}) {
    EXPECT_TRUE(require_own(status(::geteuid(), mode), nobody)) << std::oct << mode;
    EXPECT_TRUE(require_own(status(0, mode), nobody)) << std::oct << mode;
    EXPECT_THAT(require_own(status(::geteuid() + 4711, mode), nobody).problem(),
                HasSubstr("another user"));
  }
  for (const mode_t mode : {0620U, 0602U, 0622U, 0660U, 0666U, 0777U, 0020U, 0002U}) {
    EXPECT_THAT(require_own(status(::geteuid(), mode), nobody).problem(),
                HasSubstr("written by others"));
  }
}

/// Whether files of a group are trusted that it can write.
struct GroupCase {
  const char* name;
  std::vector<uid_t> users;
  mode_t mode;
  bool is_trusted;
};

TEST(FileTrust, IsInAGroupOfOneselfAlone) {
  const uid_t self = ::geteuid();
  constexpr uid_t kOther = 4711;
  const GroupCase cases[] = {
      {.name = "private", .users = {self}, .mode = 0660, .is_trusted = true},
      {.name = "member of it, too", .users = {self, self}, .mode = 0775, .is_trusted = true},
      {.name = "with root", .users = {kRoot, self}, .mode = 0660, .is_trusted = true},
      {.name = "with another", .users = {self, kOther}, .mode = 0660, .is_trusted = false},
      {.name = "another first", .users = {kOther, self}, .mode = 0620, .is_trusted = false},
      {.name = "with a name only", .users = {self, uid_t(-1)}, .mode = 0660, .is_trusted = false},
      {.name = "another's", .users = {kOther}, .mode = 0660, .is_trusted = false},
      {.name = "of no users", .users = {}, .mode = 0660, .is_trusted = false},
      {.name = "private, and all", .users = {self}, .mode = 0662, .is_trusted = false},
      {.name = "another reads", .users = {self, kOther}, .mode = 0640, .is_trusted = true},
  };
  for (const GroupCase& row : cases) {
    for (const uid_t owner : {self, kRoot}) {
      const Outcome own = require_own(status(owner, row.mode), [&](gid_t) { return row.users; });
      EXPECT_EQ(bool(own), row.is_trusted) << row.name << ": " << own.problem();
    }
  }
}

TEST(FileTrust, KnowsTheUsersOfAGroup) {
  EXPECT_THAT(users_of_group(0), testing::Contains(0U)) << "root's own";
  const passwd* const other = ::getpwnam("nobody");
  ASSERT_NE(other, nullptr);
  EXPECT_THAT(users_of_group(other->pw_gid), testing::Contains(other->pw_uid));
  EXPECT_THAT(users_of_group(3999999999), testing::IsEmpty());
}

TEST(FileTrust, IsInAGroupWithoutANameWhereThisProcessIsInIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can take any group";
  constexpr gid_t kNameless = 3999999999;
  const gid_t before = ::getegid();
  ASSERT_EQ(::setegid(kNameless), 0);
  EXPECT_THAT(users_of_group(kNameless), testing::ElementsAre(::geteuid()));
  ASSERT_EQ(::setegid(before), 0);
  EXPECT_THAT(users_of_group(kNameless), testing::IsEmpty());
}

TEST(FileTrust, NamesAUserAsTheSystemDoes) {
  EXPECT_EQ(describe_user(0), "root, uid 0");
  EXPECT_EQ(describe_user(3999999999), "uid 3999999999");
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
       {std::pair{0755U, true}, {0700U, true}, {01777U, true}, {0777U, false}, {0702U, false}}) {
    ASSERT_EQ(::chmod((directory_.path() / "d").c_str(), mode), 0);
    EXPECT_EQ(bool(require_own(file)), is_trusted) << std::oct << mode;
  }
}

/// What another user's directory is, in which one of ours is.
struct OthersDirectory {
  mode_t mode;
  const char* inner;  ///< from there to the file
};

TEST_F(FileTrustOf, AFileDependsOnTheOwnersOfAllDirectoriesAboveIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory to another user";
  constexpr uid_t kOther = 65534;
  const std::filesystem::path others = directory_.path() / "others";
  std::filesystem::create_directories(others / "ours/deep");
  make("others/file", 0600);
  make("others/ours/deep/file", 0600);
  for (const OthersDirectory& row : {OthersDirectory{.mode = 0755, .inner = "file"},
                                     {.mode = 01755, .inner = "file"},
                                     {.mode = 01777, .inner = "file"},
                                     {.mode = 01755, .inner = "ours"},
                                     {.mode = 0700, .inner = "ours/deep"},
                                     {.mode = 0755, .inner = "ours/deep/file"}}) {
    ASSERT_EQ(::chmod(others.c_str(), row.mode), 0);
    ASSERT_EQ(::chown(others.c_str(), 0, 0), 0);
    EXPECT_TRUE(require_own(others / row.inner)) << row.inner;
    ASSERT_EQ(::chown(others.c_str(), kOther, kOther), 0);
    EXPECT_THAT(require_own(others / row.inner).problem(),
                AllOf(HasSubstr("others, which belongs to another user"), HasSubstr("65534")))
        << row.inner << std::oct << row.mode;
  }
}

TEST_F(FileTrustOf, AFileDependsOnWhoCanWriteADirectoryFurtherUp) {
  const std::filesystem::path outer = directory_.path() / "outer";
  std::filesystem::create_directories(outer / "inner");
  make("outer/inner/file", 0600);
  for (const auto& [mode, is_trusted] :
       {std::pair{0755U, true}, {01777U, true}, {0777U, false}, {0757U, false}}) {
    ASSERT_EQ(::chmod(outer.c_str(), mode), 0);
    EXPECT_EQ(bool(require_own(outer / "inner/file")), is_trusted) << std::oct << mode;
  }
}

TEST_F(FileTrustOf, AFileWithAnAccessControlListIsInNoGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "the group of the file must be private";
  make("file", 0660);
  const std::filesystem::path file = directory_.path() / "file";
  ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  EXPECT_TRUE(require_own(file));
  // acl(5): the owner, uid 65534, the group, the mask and the others, of which uid 65534 can write.
  const unsigned char list[] = {2,  0, 0, 0,                                                     //
                                1,  0, 6, 0, 255, 255, 255, 255, 2,  0, 6, 0, 254, 255, 0,   0,  //
                                4,  0, 0, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255,
                                32, 0, 0, 0, 255, 255, 255, 255};
  if (::setxattr(file.c_str(), "system.posix_acl_access", list, sizeof list, 0) != 0)
    GTEST_SKIP() << "this file system has no access control lists";
  EXPECT_THAT(require_own(file).problem(), HasSubstr("written by others"));
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  ASSERT_EQ(::fstat(descriptor.get(), &status), 0);
  EXPECT_THAT(require_own(descriptor.get(), status).problem(), HasSubstr("written by others"));
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
