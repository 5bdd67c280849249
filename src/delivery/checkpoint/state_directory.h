#pragma once

#include <filesystem>

namespace vrni2syslog {

/// Makes the directory of the program's state (--state-dir) if there is none, accessible to its
/// owner only, and checks that files can be made in it. Throws Error(CannotCreate),
/// Error(CannotWrite) if the disk is full, or Error(Configuration) if others can write it, or if it
/// is another user's: of root's files there, that user could not go on. All that is before anything
/// depends on it.
void prepare_state_directory(const std::filesystem::path& directory);

/// Throws Error(Configuration) if root runs this program and the directory is another user's: what
/// root leaves there would be in the way of that user's next run. A part of
/// prepare_state_directory().
void require_not_in_the_way(const std::filesystem::path& directory);

/// Removes a file of the state. Returns whether it was there. Throws Error(CannotCreate).
bool remove_state_file(const std::filesystem::path& path);

}  // namespace vrni2syslog
