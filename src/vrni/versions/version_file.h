#pragma once

#include "sqlite/sqlite_database.h"

#include <filesystem>

namespace vrni2syslog {

/// Opens the file of flow versions, and makes it if there is none, or one of another format. Throws
/// Error(CannotCreate) if it is another program's, no regular file, or can be changed by others,
/// and what SqliteDatabase throws. Several processes may use it at once.
///
/// Tables: `blocks` has a row for every block (id; content: see VersionBlockWriter); `versions` has
/// one for every version (key: a hash of entity id and time; place: see FlowVersions); `usage` has
/// one row: keeps_a_part, 1 if hardly any versions were used again at last, and 0 otherwise.
[[nodiscard]] SqliteDatabase open_version_file(const std::filesystem::path& path);

/// The same tables for one run, in memory and a temporary file. Throws what SqliteDatabase throws.
[[nodiscard]] SqliteDatabase open_temporary_versions();

/// Removes the file and those beside it, as far as it is there and the system lets us.
void remove_version_file(const std::filesystem::path& path) noexcept;

}  // namespace vrni2syslog
