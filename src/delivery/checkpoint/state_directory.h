#pragma once

#include <filesystem>

namespace vrni2syslog {

/// Makes the directory of the program's state (--state-dir) if there is none, accessible to its
/// owner only, and checks that files can be made in it. Throws Error(CannotCreate), or
/// Error(CannotWrite) if the disk is full, before anything depends on it.
void prepare_state_directory(const std::filesystem::path& directory);

}  // namespace vrni2syslog
