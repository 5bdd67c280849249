#include "base/file_trust.h"

#include "base/error.h"

#include <fmt/core.h>

#include <string>
#include <unistd.h>

namespace vrni2syslog {
namespace {

constexpr uid_t kRoot = 0;

}  // namespace

Outcome require_own(const struct stat& status) {
  if (status.st_uid != ::geteuid() && status.st_uid != kRoot)
    return Outcome::failure(fmt::format("belongs to another user (uid {})", status.st_uid));
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return Outcome::failure("can be written by others");
  return Outcome::success();
}

Outcome require_own(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Outcome::success();
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return Outcome::success();
  if (Outcome own = require_own(status); !own) return own;

  std::error_code unresolvable;
  const std::filesystem::path real = std::filesystem::canonical(path, unresolvable);
  const std::filesystem::path directory = real.parent_path();
  if (unresolvable || ::stat(directory.c_str(), &status) != 0) return Outcome::success();
  if ((status.st_mode & S_ISVTX) != 0) return Outcome::success();
  if (Outcome own = require_own(status); !own) {
    return Outcome::failure(fmt::format("is in the directory {}, which {}",
                                        printable(directory.string()), own.problem()));
  }
  return Outcome::success();
}

}  // namespace vrni2syslog
