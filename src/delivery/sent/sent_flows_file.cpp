#include "delivery/sent/sent_flows_file.h"

#include "base/error.h"
#include "base/file.h"
#include "delivery/sent/flow_identity.h"

#include <fmt/format.h>

#include <random>
#include <string>
#include <system_error>

namespace vrni2syslog {
namespace {

/// "vrns", so that file(1) and we can tell the file from other SQLite databases.
constexpr int kApplicationId = 0x76726e73;

// A table without row ids is one B-tree whose leaves are the rows: 39 bytes each, where an index
// beside the table would store every id twice.
constexpr std::string_view kSchema = R"(
  CREATE TABLE seen (id BLOB PRIMARY KEY NOT NULL, facts BLOB NOT NULL, sent INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE store (salt BLOB NOT NULL, swept BLOB NOT NULL);
)";

// Rollback journal, not WAL: a reader needs to create no files beside the database, which a dry run
// must not, and after a run there is one file. EXTRA also syncs the directory once the journal is
// gone, or a power failure might bring it back and undo a commit. What is removed is no secret.
constexpr std::string_view kConnection = R"(
  PRAGMA journal_mode = DELETE;
  PRAGMA synchronous = EXTRA;
  PRAGMA secure_delete = OFF;
)";

// 8 MiB hold the inner pages of 10 million rows. Temporary tables go to disk.
constexpr std::string_view kMemory = R"(
  PRAGMA cache_size = -8192;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = FILE;
)";

[[nodiscard]] std::string random_salt() {
  std::random_device random;
  std::string salt;
  while (salt.size() < FlowIdentifier::kSaltBytes) salt += static_cast<char>(random() & 0xFFU);
  return salt;
}

/// Made in memory and put in place as a whole, so that there never is a file without its schema: an
/// empty one is damaged.
void create(const std::filesystem::path& path) {
  SqliteDatabase database;
  database.execute(
      fmt::format("PRAGMA page_size = 4096; PRAGMA application_id = {};"
                  "PRAGMA user_version = {}; {}",
                  kApplicationId, kSentFlowsVersion, kSchema));
  const std::string salt = random_salt();
  database.prepare("INSERT INTO store (salt, swept) VALUES (?1, x'')").bind(1, salt).run();
  // If another process was faster, its file is as good.
  static_cast<void>(create_file_atomically(path, database.serialize(SqliteJournal::Rollback)));
}

[[noreturn]] void refuse(Fault fault, const std::filesystem::path& path, std::string_view reason) {
  throw Error(fault, fmt::format("{} {}, or move it away to begin a new one, and every flow is "
                                 "sent once more",
                                 path.string(), reason));
}

void check_format(SqliteDatabase& database, const std::filesystem::path& path) {
  const std::int64_t application = database.query_integer("PRAGMA application_id");
  const std::int64_t version = database.query_integer("PRAGMA user_version");
  if (application == 0 && database.query_integer("PRAGMA page_count") == 0) {
    refuse(Fault::CannotWrite, path, "is empty: it was damaged; restore it");
  }
  if (application != kApplicationId) {
    refuse(Fault::Configuration, path,
           "is a database of another program; name another directory with --state-dir");
  }
  if (version > kSentFlowsVersion) {
    refuse(Fault::Configuration, path,
           fmt::format("has format {}, but this version of vrni2syslog knows only up to {}; use "
                       "a later version",
                       version, kSentFlowsVersion));
  }
  if (version < 1 ||
      database.query_integer(fmt::format("SELECT count(*) FROM store WHERE length(salt) = {}",
                                         FlowIdentifier::kSaltBytes)) != 1) {
    refuse(Fault::CannotWrite, path, "is damaged: it has no salt; restore it");
  }
}

}  // namespace

SqliteDatabase open_sent_flows(const std::filesystem::path& path, SqliteAccess access) {
  const bool is_writer = access == SqliteAccess::ReadWrite;
  std::error_code error;
  if (is_writer && !std::filesystem::exists(path, error) && !error) create(path);
  SqliteDatabase database(path, access);
  database.execute(std::string(kMemory));
  check_format(database, path);
  if (is_writer) database.execute(std::string(kConnection));
  return database;
}

}  // namespace vrni2syslog
