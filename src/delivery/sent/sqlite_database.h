#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace vrni2syslog {

enum class SqliteAccess : std::uint8_t { ReadWrite, ReadOnly };

/// A prepared statement of a SqliteDatabase, which must outlive it. Throws what the database
/// throws.
class SqliteStatement {
 public:
  /// Gives a parameter ("?1" is 1) its value. The bytes must stay where they are until run()
  /// returns.
  SqliteStatement& bind(int parameter, std::string_view blob);
  SqliteStatement& bind(int parameter, std::int64_t number);

  /// Carries the statement out, and calls `visit` with this statement for every row of the result.
  template <typename Visitor>
  void run(Visitor&& visit) {
    const Reset reset{*this};
    while (step()) visit(*this);
  }
  void run() {
    run([](const SqliteStatement&) {});
  }

  /// A column of the current row, from 0 on. The view is valid until the next row.
  [[nodiscard]] std::string_view blob(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;

 private:
  friend class SqliteDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  /// Ends the statement's hold on the database, however run() ends.
  struct Reset {
    SqliteStatement& statement;
    ~Reset() { statement.reset(); }
  };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool step();
  void reset() noexcept;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A connection to an SQLite database, for one thread. Every function throws Error for what goes
/// wrong, with the path and the remedy: Busy where another process keeps the database
/// locked for too long, CannotCreate where it cannot be opened or written, Io
/// where it is damaged or the disk is full or faulty, Configuration where it is no database.
class SqliteDatabase {
 public:
  /// Opens a file that is there.
  SqliteDatabase(const std::filesystem::path& path, SqliteAccess access);
  /// A new database in memory.
  SqliteDatabase();

  /// How long to wait for another process that has the database locked; 5 seconds at first.
  void set_lock_wait(std::chrono::milliseconds wait) noexcept;

  [[nodiscard]] SqliteStatement prepare(std::string_view sql);
  /// Carries out statements that have no result that matters.
  void execute(const std::string& sql);
  /// The first column of the first row, a number.
  [[nodiscard]] std::int64_t query_integer(std::string_view sql);

  [[nodiscard]] bool is_in_transaction() const noexcept;
  /// Gives a transaction up, if there is one: what cannot be undone now is undone when the database
  /// is opened next.
  void rollback() noexcept;

  /// What a file of this database would hold.
  [[nodiscard]] std::string serialize();

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept;
  };
  void open(const std::string& name, int flags);

  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace vrni2syslog
