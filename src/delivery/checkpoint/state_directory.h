#pragma once

#include <filesystem>

namespace vrni2syslog {

/// Makes the directory of the program's state (--state-dir), for its owner only, where there is
/// none, and makes sure that files can be made in it. Throws Error(CannotCreate), or
/// Error(CannotWrite) for a disk that is full, before anything depends on it.
void prepare_state_directory(const std::filesystem::path& directory);

}  // namespace vrni2syslog
