#include "sqlite/sqlite_database.h"

#include "base/error.h"
#include "base/freed_by.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>
#include <utility>

namespace vrni2syslog {
namespace {

/// The system's reason if it has refused something; otherwise what SQLite says.
[[nodiscard]] std::string reason_of(sqlite3* connection) {
  const int error = sqlite3_system_errno(connection);
  return error != 0 ? errno_text(error) : printable(sqlite3_errmsg(connection));
}

[[nodiscard]] Error describe_refusal(sqlite3* connection, int code, const std::string& path) {
  if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY) {
    return {Fault::Busy,
            fmt::format("{} was left in the middle of a change, which the next run that is not a "
                        "dry run undoes",
                        path)};
  }
  return {
      Fault::CannotCreate,
      fmt::format("cannot open or write {}: {}; the user that runs this program must own it and "
                  "be able to write its directory",
                  path, reason_of(connection))};
}

[[nodiscard]] Error describe(sqlite3* connection, int code, const std::string& path) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::Busy,
              fmt::format("{} is in use by another process; run again when that has ended", path)};
    case SQLITE_NOTADB:
      return {Fault::Configuration,
              fmt::format("{} is not an SQLite database, or its beginning is damaged{}", path,
                          kAdviceOnDamage)};
    case SQLITE_CORRUPT:
      return {Fault::CannotWrite,
              fmt::format("{} is damaged ({}){}", path, printable(sqlite3_errmsg(connection)),
                          kAdviceOnDamage)};
    case SQLITE_NOMEM:
      return {Fault::CannotWrite,
              fmt::format("{} needs more memory than there is; if it is small, it is damaged{}",
                          path, kAdviceOnDamage)};
    case SQLITE_FULL:
      return {Fault::CannotWrite,
              fmt::format("no room for {}, its journal or temporary files; make "
                          "room on its disk and in /var/tmp",
                          path)};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return describe_refusal(connection, code, path);
    case SQLITE_IOERR:
      return {Fault::CannotWrite,
              fmt::format("cannot read or write {}: {}", path, reason_of(connection))};
    default:
      return {Fault::CannotWrite,
              fmt::format("{}: {} (SQLite {}); maybe it was changed by other means{}", path,
                          printable(sqlite3_errmsg(connection)), code, kAdviceOnDamage)};
  }
}

[[noreturn]] void fail(sqlite3* connection, const std::string& path) {
  const int code = sqlite3_extended_errcode(connection);
  // A damaged file may ask for more memory than there is.
  if (code == SQLITE_NOMEM && path.empty()) throw std::bad_alloc();
  throw describe(connection, code, path.empty() ? "the temporary database" : path);
}

[[noreturn]] void fail(sqlite3* connection) {
  const char* const path = sqlite3_db_filename(connection, "main");
  fail(connection, path == nullptr ? "" : path);
}

[[noreturn]] void fail(sqlite3_stmt* statement) {
  fail(sqlite3_db_handle(statement));
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3_stmt* statement) noexcept
    : statement_(statement, &sqlite3_finalize) {}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view blob) {
  // A null pointer would bind NULL in place of no bytes.
  const char* const bytes = blob.empty() ? "" : blob.data();
  if (sqlite3_bind_blob64(statement_.get(), parameter, bytes, blob.size(), SQLITE_STATIC) !=
      SQLITE_OK) {
    fail(statement_.get());
  }
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t number) {
  if (sqlite3_bind_int64(statement_.get(), parameter, number) != SQLITE_OK) fail(statement_.get());
  return *this;
}

void SqliteStatement::run(const std::function<void(const SqliteStatement& row)>& visit) {
  // Ends the statement's hold on the database, however this ends.
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_reset)> hold(statement_.get(),
                                                                     &sqlite3_reset);
  for (;;) {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_DONE) return;
    if (result != SQLITE_ROW) fail(statement_.get());
    if (visit) visit(*this);
  }
}

std::string_view SqliteStatement::blob(int column) const noexcept {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int count = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(count)};
}

std::int64_t SqliteStatement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}

SqliteDatabase::SqliteDatabase(const std::filesystem::path& path, SqliteAccess access)
    : connection_(nullptr, &sqlite3_close_v2) {
  // An absolute path is never taken for one of the names that mean something to SQLite, as
  // ":memory:" and "file:..." do.
  open(std::filesystem::absolute(path).string(),
       access == SqliteAccess::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
}

SqliteDatabase::SqliteDatabase() : connection_(nullptr, &sqlite3_close_v2) {
  open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

SqliteDatabase SqliteDatabase::temporary() {
  SqliteDatabase database;
  // SQLite makes a temporary file for a database without a name.
  database.open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  return database;
}

void SqliteDatabase::open(const std::string& name, int flags) {
  sqlite3* connection = nullptr;
  const int result =
      sqlite3_open_v2(name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(connection);
  if (connection == nullptr) throw std::bad_alloc();
  sqlite3_extended_result_codes(connection, 1);
  if (result != SQLITE_OK) fail(connection, name);
  // Nobody else can write a database without a name. What follows would keep it from doing without
  // a journal.
  if (!name.empty()) distrust_content();
  set_lock_wait(std::chrono::seconds(5));
}

/// Somebody else may have written the file: its schema can call no function that has effects, no
/// trigger or view of it runs, and nothing can write past SQLite's own checks.
void SqliteDatabase::distrust_content() {
  constexpr std::pair<int, int> kSwitches[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                               {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                               {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                               {SQLITE_DBCONFIG_ENABLE_VIEW, 0}};
  for (const auto& [name, value] : kSwitches) {
    if (sqlite3_db_config(connection_.get(), name, value, nullptr) != SQLITE_OK)
      fail(connection_.get());
  }
}

void SqliteDatabase::set_lock_wait(std::chrono::milliseconds wait) noexcept {
  sqlite3_busy_timeout(connection_.get(), static_cast<int>(wait.count()));
}

SqliteStatement SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    fail(connection_.get());
  }
  return SqliteStatement(statement);
}

void SqliteDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(connection_.get());
  }
}

std::int64_t SqliteDatabase::query_integer(std::string_view sql) {
  std::int64_t number = 0;
  prepare(sql).run([&](const SqliteStatement& row) { number = row.integer(0); });
  return number;
}

bool SqliteDatabase::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

void SqliteDatabase::rollback() noexcept {
  if (is_in_transaction()) {
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

std::string SqliteDatabase::serialize(SqliteJournal journal) {
  sqlite3_int64 size = 0;
  unsigned char* const bytes = sqlite3_serialize(connection_.get(), "main", &size, 0);
  if (bytes == nullptr) throw std::bad_alloc();
  const std::unique_ptr<unsigned char, FreedBy<sqlite3_free>> owner(bytes);
  std::string file(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  if (journal == SqliteJournal::WriteAhead) {
    // The versions of the format that writers and readers need: "Database File Format", 1.3.
    for (const std::size_t offset : {18U, 19U}) file.at(offset) = 2;
  }
  return file;
}

}  // namespace vrni2syslog
