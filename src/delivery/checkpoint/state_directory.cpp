#include "delivery/checkpoint/state_directory.h"

#include "base/error.h"
#include "base/file_trust.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

/// Less than this is used up by the files of one small epoch.
constexpr std::uintmax_t kLeastRoom = 1024 * 1024;

[[noreturn]] void fail(const fs::path& directory, const std::string& reason) {
  throw Error(Fault::CannotCreate,
              fmt::format("state directory {}: {}; make it, for the user that runs this program, "
                          "or name another with --state-dir",
                          directory.string(), reason));
}

void make(const fs::path& directory) {
  if (directory.has_parent_path() && !fs::exists(directory.parent_path())) {
    make(directory.parent_path());
  }
  if (::mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
  fail(directory, errno_text(errno));
}

}  // namespace

void require_not_in_the_way(const fs::path& directory) {
  struct stat status {};
  if (::geteuid() != kRoot || ::stat(directory.c_str(), &status) != 0) return;
  if (status.st_uid == kRoot) return;
  const std::string owner = describe_user(status.st_uid);
  throw Error(Fault::Configuration,
              fmt::format("state directory {} belongs to another user ({}), who could not go on "
                          "after a run of root; run this as that user (sudo -u '#{}' vrni2syslog "
                          "...) or start the service that does so, or name another directory with "
                          "--state-dir",
                          directory.string(), owner, status.st_uid));
}

void prepare_state_directory(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (error) fail(directory, error.message());
    make(directory);
  }
  if (!fs::is_directory(directory, error)) fail(directory, errno_text(ENOTDIR));
  require_not_in_the_way(directory);
  if (const Outcome own = require_own(directory); !own) {
    throw Error(Fault::Configuration,
                fmt::format("state directory {} {}, who could make this program leave flows out; "
                            "give it to the user that runs this program (chown, chmod go-w), or "
                            "name another with --state-dir",
                            directory.string(), own.problem()));
  }
  if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    fail(directory, errno_text(errno));
  }
  const fs::space_info room = fs::space(directory, error);
  if (!error && room.available < kLeastRoom) {
    throw Error(Fault::CannotWrite,
                fmt::format("state directory {}: the disk is full; make room, or name another "
                            "with --state-dir",
                            directory.string()));
  }
}

bool remove_state_file(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw Error(Fault::CannotCreate,
              fmt::format("cannot remove {}: {}", path.string(), errno_text(errno)));
}

}  // namespace vrni2syslog
