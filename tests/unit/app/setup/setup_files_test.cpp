#include "app/setup/setup_files.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

class SetupFiles : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return directory_.path() / "jobs/main.conf"; }

  [[nodiscard]] std::vector<SetupSecret> secrets() const {
    std::vector<SetupSecret> secrets;
    secrets.push_back({&kPassword, Secret("secret"), secret_file_beside(file(), kPassword)});
    return secrets;
  }

  void write(std::optional<gid_t> group) {
    write_setup_files(file(), "platform-ip = vrni\n", secrets(), group);
  }

  [[nodiscard]] static std::string content_of(const fs::path& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  [[nodiscard]] static struct stat status_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(0, ::stat(path.c_str(), &status)) << path;
    return status;
  }

  TemporaryDirectory directory_;
};

constexpr mode_t kPermissions = 07777;

TEST_F(SetupFiles, AreForTheirOwnerAlone) {
  write(std::nullopt);
  EXPECT_EQ("platform-ip = vrni\n", content_of(file()));
  EXPECT_EQ("secret\n", content_of(file().parent_path() / "main.password"));
  for (const char* name : {"main.conf", "main.password"}) {
    EXPECT_EQ(0600U, status_of(file().parent_path() / name).st_mode & kPermissions) << name;
  }
}

TEST_F(SetupFiles, CanBeReadByTheGroup) {
  write(::getegid());
  for (const char* name : {"main.conf", "main.password"}) {
    const struct stat status = status_of(file().parent_path() / name);
    EXPECT_EQ(0640U, status.st_mode & kPermissions) << name;
    EXPECT_EQ(::getegid(), status.st_gid) << name;
  }
  EXPECT_EQ(0750U, status_of(file().parent_path()).st_mode & kPermissions & ~mode_t{S_ISGID});
}

TEST_F(SetupFiles, ReplaceNothing) {
  require_new_files(file());
  write(std::nullopt);
  EXPECT_THROW(require_new_files(file()), Error);
  EXPECT_THROW(write(std::nullopt), Error);
  fs::remove(file());
  EXPECT_THROW(require_new_files(file()), Error) << "the password is there still";
}

TEST_F(SetupFiles, ReplaceNoLinkEither) {
  fs::create_directory(file().parent_path());
  fs::create_symlink("/nonexistent/elsewhere", file());
  EXPECT_THROW(require_new_files(file()), Error);
}

TEST_F(SetupFiles, LeaveNothingIfOneCannotBeWritten) {
  fs::create_directories(file());  // a directory in the place of the file
  EXPECT_THROW(write(std::nullopt), Error);
  EXPECT_FALSE(fs::exists(file().parent_path() / "main.password"));
}

TEST_F(SetupFiles, AreForTheServiceOnlyIfRootMakesThem) {
  constexpr uid_t kSomebody = 65534;
  EXPECT_FALSE(find_service_user(kSomebody));
}

}  // namespace
}  // namespace vrni2syslog
