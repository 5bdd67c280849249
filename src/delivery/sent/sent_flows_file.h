#pragma once

#include "sqlite/sqlite_database.h"

#include <filesystem>

namespace vrni2syslog {

/// The format of the file of sent flows, in its PRAGMA user_version. A change that an older program
/// would misread needs a new number.
inline constexpr int kSentFlowsVersion = 1;

/// Opens the file of sent flows; for writing, makes it if there is none. A file that exists but
/// cannot be used is never treated as a first run: throws Error(Configuration) for a file of
/// another program or of a later version, Error(CannotWrite) for a damaged one, and what
/// SqliteDatabase throws.
///
/// Tables: `seen` has a row for every flow (id: FlowKey, facts: FlowFacts, sent: start of the unit
/// for which it was sent last, seconds since the epoch); `store` has one row (salt: of the digests;
/// swept: the id up to which the rows have been looked through for expired ones).
[[nodiscard]] SqliteDatabase open_sent_flows(const std::filesystem::path& path,
                                             SqliteAccess access);

}  // namespace vrni2syslog
