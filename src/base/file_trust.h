#pragma once

#include "base/outcome.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <vector>

namespace vrni2syslog {

/// The user who may do everything.
inline constexpr uid_t kRoot = 0;

/// Which files a reader takes.
enum class FileTrust : std::uint8_t {
  OwnOnly,        ///< those that require_own() lets pass
  OwnUnlessRoot,  ///< for root also those of every user that no other can change; no links
  Any,            ///< every one, as --insecure-permissions says
};

/// Names a user in messages: "vrni2syslog, uid 997", or "uid 997" if the system knows no name.
[[nodiscard]] std::string describe_user(uid_t user);

/// Who has the rights of a group.
using GroupUsers = std::function<std::vector<uid_t>(gid_t)>;

/// The users who have the rights of a group, as far as the system's lists tell, some of them more
/// than once: its members, and those whose primary group it is. If the system has no name for the
/// group, as in a container (Kubernetes' fsGroup), the user that runs this program is one if this
/// process is in it. A user without a number is there as uid -1.
[[nodiscard]] std::vector<uid_t> users_of_group(gid_t group);

/// Whether nobody but root and the user that runs this program can change a file or directory of
/// this status. As OpenSSH and cron do, this program trusts no other file that decides what it
/// does. As Debian's OpenSSH does, it trusts what a group can write of which that user is the only
/// one, besides root: where each user has a group of its own, files are made like that (umask 002).
/// The problem is a clause: "belongs to another user (alice, uid 1000)".
[[nodiscard]] Outcome require_own(const struct stat& status, const GroupUsers& users_of);

/// The same for the open file `descriptor` that has this status, with the groups of the system. If
/// the file has an access control list, no group may write it.
[[nodiscard]] Outcome require_own(int descriptor, const struct stat& status);
/// The same for the file at a path.
[[nodiscard]] Outcome require_own(const std::filesystem::path& path, const struct stat& status);

/// The same for a path, whose links are followed, and for all directories above it: whoever owns
/// one of them or can write there can put something else in its place. Only the owner of a sticky
/// directory, like /tmp, can do so. A file that is neither regular nor a directory, such as a pipe,
/// is as trusted as the one who opened it. A path that does not exist is no problem here.
[[nodiscard]] Outcome require_own(const std::filesystem::path& path);

}  // namespace vrni2syslog
