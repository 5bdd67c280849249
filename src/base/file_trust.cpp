#include "base/file_trust.h"

#include "base/error.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <grp.h>
#include <mutex>
#include <pwd.h>
#include <string>
#include <sys/xattr.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// The extended attribute with the access control list (acl(5)).
constexpr const char* kAccessList = "system.posix_acl_access";

/// The rest of an entry of passwd or group. One that is longer belongs to a large group.
constexpr std::size_t kMaxEntryBytes = 64 * 1024;

/// A member of a group of whom the system knows no number: not the user that runs this program.
constexpr uid_t kUnknownUser = static_cast<uid_t>(-1);

[[nodiscard]] uid_t user_called(const char* name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(kMaxEntryBytes);
  if (::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return kUnknownUser;
  return found->pw_uid;
}

/// Those whose own group it is. The list of users is one for the whole process.
void append_users_with_primary_group(gid_t group, std::vector<uid_t>& users) {
  static std::mutex list;
  const std::lock_guard<std::mutex> lock(list);
  ::setpwent();
  while (const passwd* const entry = ::getpwent()) {
    if (entry->pw_gid == group) users.push_back(entry->pw_uid);
  }
  ::endpwent();
}

/// Whether this process has the rights of a group.
[[nodiscard]] bool is_in_group(gid_t group) {
  if (::getegid() == group) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  return std::ranges::find(groups, group) != groups.end();
}

/// Whether nobody but root and the user that runs this program has the rights of a group. That a
/// group has no members is not enough: programs act with its rights that are set to it (setgid).
[[nodiscard]] bool is_private(const std::vector<uid_t>& users) {
  return std::ranges::find(users, ::geteuid()) != users.end() &&
         std::ranges::all_of(users,
                             [](uid_t user) { return user == ::geteuid() || user == kRoot; });
}

/// Of a file with an access control list, whose length getxattr() gives, what looks like the right
/// of the group to write may be that of any user.
[[nodiscard]] Outcome require_own_with_list(const struct stat& status, ssize_t length_of_list) {
  if (length_of_list <= 0) return require_own(status, users_of_group);
  return require_own(status, [](gid_t) { return std::vector{kUnknownUser}; });
}

/// The same as require_own() for a directory that holds something of ours. A sticky one, such as
/// /tmp, may be written by others, since only its owner can replace what is in it.
[[nodiscard]] Outcome require_own_directory(const std::filesystem::path& path, struct stat status) {
  if ((status.st_mode & S_ISVTX) != 0) status.st_mode &= ~mode_t{S_IWGRP | S_IWOTH};
  return require_own(path, status);
}

}  // namespace

std::string describe_user(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return fmt::format("uid {}", user);
  return fmt::format("{}, uid {}", printable(found->pw_name), user);
}

std::vector<uid_t> users_of_group(gid_t group) {
  std::vector<uid_t> users;
  struct group entry {};
  struct group* found = nullptr;
  std::vector<char> buffer(kMaxEntryBytes);
  const int error = ::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found);
  // Without a file of groups there is no such file (ENOENT), and no name for the group.
  if (error != 0 && error != ENOENT && error != ESRCH) return {kUnknownUser};
  if (found == nullptr && is_in_group(group)) users.push_back(::geteuid());
  if (found != nullptr) {
    for (char** member = found->gr_mem; *member != nullptr; ++member)
      users.push_back(user_called(*member));
  }
  append_users_with_primary_group(group, users);
  return users;
}

Outcome require_own(const struct stat& status, const GroupUsers& users_of) {
  if (status.st_uid != ::geteuid() && status.st_uid != kRoot)
    return Outcome::failure(
        fmt::format("belongs to another user ({})", describe_user(status.st_uid)));
  const bool is_written_by_others =
      (status.st_mode & S_IWOTH) != 0 ||
      ((status.st_mode & S_IWGRP) != 0 && !is_private(users_of(status.st_gid)));
  return is_written_by_others ? Outcome::failure("can be written by others") : Outcome::success();
}

Outcome require_own(int descriptor, const struct stat& status) {
  return require_own_with_list(status, ::fgetxattr(descriptor, kAccessList, nullptr, 0));
}

Outcome require_own(const std::filesystem::path& path, const struct stat& status) {
  return require_own_with_list(status, ::getxattr(path.c_str(), kAccessList, nullptr, 0));
}

Outcome require_own(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Outcome::success();
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return Outcome::success();
  if (Outcome own = require_own(path, status); !own) return own;

  std::error_code unresolvable;
  const std::filesystem::path real = std::filesystem::canonical(path, unresolvable);
  if (unresolvable) return Outcome::success();
  for (std::filesystem::path inner = real; inner.has_relative_path(); inner = inner.parent_path()) {
    const std::filesystem::path directory = inner.parent_path();
    if (::stat(directory.c_str(), &status) != 0) return Outcome::success();
    if (Outcome own = require_own_directory(directory, status); !own) {
      return Outcome::failure(fmt::format("is in the directory {}, which {}",
                                          printable(directory.string()), own.problem()));
    }
  }
  return Outcome::success();
}

}  // namespace vrni2syslog
