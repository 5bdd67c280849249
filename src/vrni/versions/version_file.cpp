#include "vrni/versions/version_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"
#include "vrni/versions/version_block.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// "vrnv": see kApplicationId of the flows sent before.
constexpr int kVersionsApplicationId = 0x76726e76;
/// Of the tables. block_format() covers what is in them.
constexpr std::uint32_t kTablesFormat = 2;

constexpr std::string_view kTables = R"(
  CREATE TABLE blocks (id INTEGER PRIMARY KEY NOT NULL, content BLOB NOT NULL);
  CREATE TABLE versions (key INTEGER PRIMARY KEY NOT NULL, place INTEGER NOT NULL);
  CREATE TABLE usage (keeps_a_part INTEGER NOT NULL);
  INSERT INTO usage VALUES (0);
)";

// The pages of a block are never looked at twice, so only those of `versions` need room. Temporary
// tables go to disk.
constexpr std::string_view kPageCache = R"(
  PRAGMA cache_size = -4096;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = FILE;
)";

// A write-ahead log, so that a run that reads never waits for one that writes. Nothing is synced: a
// process that is killed leaves the log whole, and what a power failure damages is thrown away.
constexpr std::string_view kFileConnection = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA secure_delete = OFF;
)";

// What nobody else sees, and what goes with the run, needs no journal.
constexpr std::string_view kTemporaryConnection = R"(
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
)";

/// PRAGMA user_version is a signed number.
[[nodiscard]] std::int64_t file_format() noexcept {
  return static_cast<std::int32_t>(block_format() + kTablesFormat);
}

void make_tables(SqliteDatabase& database) {
  database.execute(
      fmt::format("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;"
                  "PRAGMA application_id = {}; PRAGMA user_version = {}; {}",
                  kVersionsApplicationId, file_format(), kTables));
}

/// Whether there is a file. Throws if somebody else could have written it, who could make this
/// program write lines of flows that there were not.
[[nodiscard]] bool is_own_file(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  std::string problem;
  if (!S_ISREG(status.st_mode)) {
    problem = "is not a regular file";
  } else if (const Outcome own = require_own(path, status); !own) {
    problem = own.problem();
  }
  if (problem.empty()) return true;
  throw Error(Fault::CannotCreate, fmt::format("{} {}", path.string(), problem));
}

enum class FileKind : std::uint8_t { Ours, OtherFormat };

[[nodiscard]] FileKind kind_of(SqliteDatabase& database, const std::filesystem::path& path) {
  const std::int64_t application = database.query_integer("PRAGMA application_id");
  if (application == kVersionsApplicationId) {
    return database.query_integer("PRAGMA user_version") == file_format() ? FileKind::Ours
                                                                          : FileKind::OtherFormat;
  }
  if (application == 0 && database.query_integer("PRAGMA page_count") == 0)
    throw Error(Fault::CannotWrite, fmt::format("{} is empty: it was damaged", path.string()));
  throw Error(Fault::CannotCreate,
              fmt::format("{} is a database of another program", path.string()));
}

/// Made in memory and put in place as a whole, so that no run finds a file without tables. It has
/// its write-ahead log from the start: of several runs that change a file to one at the same time,
/// SQLite refuses all but one without waiting.
void create_versions(const std::filesystem::path& path) {
  SqliteDatabase database;
  make_tables(database);
  // If another process was faster, its file is as good.
  static_cast<void>(create_file_atomically(path, database.serialize(SqliteJournal::WriteAhead)));
}

}  // namespace

SqliteDatabase open_version_file(const std::filesystem::path& path) {
  if (!is_own_file(path)) create_versions(path);
  for (bool is_new = false;; is_new = true) {
    SqliteDatabase database(path, SqliteAccess::ReadWrite);
    database.execute(std::string(kPageCache));
    if (kind_of(database, path) == FileKind::Ours || is_new) {
      database.execute(std::string(kFileConnection));
      return database;
    }
    remove_version_file(path);
    create_versions(path);
  }
}

SqliteDatabase open_temporary_versions() {
  SqliteDatabase database = SqliteDatabase::temporary();
  database.execute(std::string(kTemporaryConnection));
  database.execute(std::string(kPageCache));
  make_tables(database);
  return database;
}

void remove_version_file(const std::filesystem::path& path) noexcept {
  for (const std::string_view suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    std::filesystem::remove(path.string() + std::string(suffix), ignored);
  }
}

}  // namespace vrni2syslog
