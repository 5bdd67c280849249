#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace vrni2syslog {

/// How the messages about files that may be damaged end. Who throws such a file away himself leaves
/// it out.
inline constexpr std::string_view kAdviceOnDamage = "; move it away to begin a new one";

enum class SqliteAccess : std::uint8_t { ReadWrite, ReadOnly };

/// How changes become whole: https://www.sqlite.org/wal.html.
enum class SqliteJournal : std::uint8_t {
  Rollback,    ///< who reads and who writes wait for each other
  WriteAhead,  ///< only who writes waits, for others who write
};

/// A prepared statement of a SqliteDatabase, which must outlive it. Throws what the database
/// throws.
class SqliteStatement {
 public:
  /// Gives a parameter ("?1" is 1) its value. The bytes must stay where they are until run()
  /// returns.
  SqliteStatement& bind(int parameter, std::string_view blob);
  SqliteStatement& bind(int parameter, std::int64_t number);

  /// Carries the statement out, and calls `visit`, if there is one, with this statement for every
  /// row of the result.
  void run(const std::function<void(const SqliteStatement& row)>& visit = nullptr);

  /// A column of the current row, from 0 on. The view is valid until the next row.
  [[nodiscard]] std::string_view blob(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;

 private:
  friend class SqliteDatabase;
  explicit SqliteStatement(sqlite3_stmt* statement) noexcept;

  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

/// A connection to an SQLite database, used by one thread at a time. Every function throws Error
/// with the path and the remedy: Error(Busy) if another process keeps the database locked for too
/// long, Error(CannotCreate) if it cannot be opened or written, Error(CannotWrite) if it is damaged
/// or the disk is full or faulty, Error(Configuration) if it is not a database.
class SqliteDatabase {
 public:
  /// Opens a file that is there.
  SqliteDatabase(const std::filesystem::path& path, SqliteAccess access);
  /// A new database in memory.
  SqliteDatabase();
  /// A new database that moves from memory to a file in /var/tmp, or TMPDIR, as it grows. The file
  /// has no name, and is gone when the database is closed, however the program ends.
  [[nodiscard]] static SqliteDatabase temporary();

  /// Sets how long to wait for another process that has the database locked: 5 seconds at first.
  void set_lock_wait(std::chrono::milliseconds wait) noexcept;

  [[nodiscard]] SqliteStatement prepare(std::string_view sql);
  /// Carries out statements whose results, if any, are ignored.
  void execute(const std::string& sql);
  /// The first column of the first row, a number.
  [[nodiscard]] std::int64_t query_integer(std::string_view sql);

  [[nodiscard]] bool is_in_transaction() const noexcept;
  /// Gives up the transaction, if there is one. What cannot be undone now is undone when the
  /// database is opened next.
  void rollback() noexcept;

  /// The bytes of a file with this database, which has the given journal from the first time it is
  /// opened.
  [[nodiscard]] std::string serialize(SqliteJournal journal);

 private:
  void open(const std::string& name, int flags);
  void distrust_content();

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection_;
};

}  // namespace vrni2syslog
