#pragma once

#include "base/outcome.h"

#include <cstdint>
#include <filesystem>
#include <sys/stat.h>

namespace vrni2syslog {

/// Which files a reader takes.
enum class FileTrust : std::uint8_t {
  OwnOnly,  ///< those that require_own() lets pass
  Any,      ///< every one, as --insecure-permissions says
};

/// Whether nobody but root and the user that runs this program can change a file or directory of
/// this status. As OpenSSH and cron do, this program trusts no other file that decides what it
/// does. The problem is a clause: "belongs to another user (uid 1000)".
[[nodiscard]] Outcome require_own(const struct stat& status);

/// The same for a path, whose links are followed, and for the directory that it is in: whoever can
/// write there can put another file in its place, unless the directory is sticky, like /tmp. A file
/// that is neither regular nor a directory, such as a pipe, is as trusted as the one who opened it.
/// A path that does not exist is no problem here.
[[nodiscard]] Outcome require_own(const std::filesystem::path& path);

}  // namespace vrni2syslog
