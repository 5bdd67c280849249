#pragma once

#include "base/file.h"
#include "base/file_trust.h"
#include "base/secret.h"

#include <filesystem>
#include <string_view>

namespace vrni2syslog {

/// The secret in a file: its first line, since editors add a line break. `what` names the secret in
/// messages ("the password"). Throws Error(Configuration) if the file cannot be read, others can
/// write it, or its first line is empty, and what read_file() throws if a stop is requested while
/// it waits for the writer of a pipe.
[[nodiscard]] Secret read_secret_file(const std::filesystem::path& path, std::string_view what,
                                      const FileWait& wait, FileTrust trust = FileTrust::OwnOnly);

/// The first line of a text, without its line break.
[[nodiscard]] std::string_view first_line(std::string_view text);

}  // namespace vrni2syslog
