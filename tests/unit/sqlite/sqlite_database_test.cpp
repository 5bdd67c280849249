#include "sqlite/sqlite_database.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class SqliteDatabaseTest : public testing::Test {
 protected:
  /// A database with a table of `rows` rows of some size.
  [[nodiscard]] fs::path make_database(int rows = 1,
                                       SqliteJournal journal = SqliteJournal::Rollback) {
    SqliteDatabase database;
    database.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, text BLOB)");
    for (int i = 0; i < rows; ++i)
      database.execute("INSERT INTO items (text) VALUES (zeroblob(100))");
    return directory_.write("items.sqlite", database.serialize(journal));
  }
  static void expect_failure(Fault fault, std::string_view text,
                             const std::function<void()>& action) {
    try {
      action();
      ADD_FAILURE() << "no failure";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  }

  TemporaryDirectory directory_;
};

TEST_F(SqliteDatabaseTest, KeepsBytesAndNumbers) {
  SqliteDatabase database;
  database.execute("CREATE TABLE items (id BLOB, number INTEGER)");
  const std::string bytes("a\0\xFF", 3);
  SqliteStatement insert = database.prepare("INSERT INTO items VALUES (?1, ?2)");
  insert.bind(1, bytes).bind(2, -5).run();
  insert.bind(1, std::string_view()).bind(2, 1'763'800'000'000).run();
  std::vector<std::pair<std::string, std::int64_t>> rows;
  database.prepare("SELECT id, number FROM items ORDER BY number").run([&](const auto& row) {
    rows.emplace_back(row.blob(0), row.integer(1));
  });
  EXPECT_THAT(rows,
              testing::ElementsAre(testing::Pair(bytes, -5), testing::Pair("", 1'763'800'000'000)));
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM items WHERE id IS NULL"), 0);
}

TEST_F(SqliteDatabaseTest, RunsNothingThatAFileOfOthersHolds) {
  const fs::path path = make_database();
  {
    SqliteDatabase hostile(path, SqliteAccess::ReadWrite);
    hostile.execute("CREATE TRIGGER emptying AFTER INSERT ON items BEGIN DELETE FROM items; END");
    hostile.execute("CREATE VIEW everything AS SELECT * FROM items");
  }
  SqliteDatabase database(path, SqliteAccess::ReadWrite);
  database.execute("INSERT INTO items (text) VALUES (x'00')");
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM items"), 2);
  EXPECT_EQ(database.query_integer("PRAGMA trusted_schema"), 0);
  EXPECT_THROW((void)database.prepare("SELECT * FROM everything"), Error);
  database.execute("PRAGMA writable_schema = ON");
  EXPECT_THROW(database.execute("DELETE FROM sqlite_schema"), Error);
}

TEST_F(SqliteDatabaseTest, LetsGoOfTheDatabaseWhenAVisitorThrows) {
  SqliteDatabase database;
  database.execute("CREATE TABLE items (id INTEGER); INSERT INTO items VALUES (1), (2)");
  SqliteStatement select = database.prepare("SELECT id FROM items");
  EXPECT_THROW(select.run([](const auto&) { throw std::runtime_error("enough"); }),
               std::runtime_error);
  database.execute("DROP TABLE items");
}

TEST_F(SqliteDatabaseTest, UndoesWhatIsNotCommitted) {
  SqliteDatabase database(make_database(), SqliteAccess::ReadWrite);
  database.rollback();  // of nothing
  database.execute("BEGIN IMMEDIATE; DELETE FROM items");
  EXPECT_TRUE(database.is_in_transaction());
  database.rollback();
  EXPECT_FALSE(database.is_in_transaction());
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM items"), 1);
}

TEST_F(SqliteDatabaseTest, TellsWhoIsInTheWay) {
  const fs::path path = make_database();
  SqliteDatabase first(path, SqliteAccess::ReadWrite);
  SqliteDatabase second(path, SqliteAccess::ReadWrite);
  second.set_lock_wait(std::chrono::milliseconds(1));
  first.execute("BEGIN IMMEDIATE");
  expect_failure(Fault::Busy, "in use by another process",
                 [&] { second.execute("BEGIN IMMEDIATE"); });
  expect_failure(Fault::Busy, path.string(), [&] { second.execute("BEGIN IMMEDIATE"); });
}

TEST_F(SqliteDatabaseTest, LetsOthersReadWhileItIsWrittenIfItHasAWriteAheadLog) {
  const fs::path path = make_database(1, SqliteJournal::WriteAhead);
  SqliteDatabase reader(path, SqliteAccess::ReadOnly);
  reader.execute("BEGIN");
  EXPECT_EQ(reader.query_integer("SELECT count(*) FROM items"), 1);
  SqliteDatabase writer(path, SqliteAccess::ReadWrite);
  writer.set_lock_wait(std::chrono::milliseconds(0));
  writer.execute("DELETE FROM items");
  EXPECT_EQ(reader.query_integer("SELECT count(*) FROM items"), 1) << "what was there at BEGIN";
  reader.rollback();
  EXPECT_EQ(reader.query_integer("SELECT count(*) FROM items"), 0);
}

TEST_F(SqliteDatabaseTest, DoesNotMakeAFile) {
  for (const SqliteAccess access : {SqliteAccess::ReadWrite, SqliteAccess::ReadOnly}) {
    expect_failure(Fault::CannotCreate, "No such file",
                   [&] { SqliteDatabase(directory_.path() / "nothing", access); });
  }
  EXPECT_TRUE(fs::is_empty(directory_.path()));
}

TEST_F(SqliteDatabaseTest, RefusesToWriteWhatItWasToRead) {
  SqliteDatabase database(make_database(), SqliteAccess::ReadOnly);
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM items"), 1);
  expect_failure(Fault::CannotCreate, "items.sqlite",
                 [&] { database.execute("DELETE FROM items"); });
}

TEST_F(SqliteDatabaseTest, RefusesWhatIsNoDatabase) {
  SqliteDatabase database(directory_.write("text", std::string(5000, 'x')),
                          SqliteAccess::ReadWrite);
  expect_failure(Fault::Configuration, "is not an SQLite database",
                 [&] { (void)database.query_integer("PRAGMA user_version"); });
}

TEST_F(SqliteDatabaseTest, RefusesADamagedDatabase) {
  const fs::path path = make_database(500);
  std::string bytes = directory_.read("items.sqlite");
  bytes.replace(4096, bytes.size() - 4096, bytes.size() - 4096, '\x5A');
  directory_.write("items.sqlite", bytes);
  SqliteDatabase database(path, SqliteAccess::ReadWrite);
  expect_failure(Fault::CannotWrite, "is damaged",
                 [&] { (void)database.query_integer("SELECT sum(length(text)) FROM items"); });
}

TEST_F(SqliteDatabaseTest, TellsOfAFullDisk) {
  SqliteDatabase database(make_database(), SqliteAccess::ReadWrite);
  database.execute("PRAGMA max_page_count = 3");
  expect_failure(Fault::CannotWrite, "no room for",
                 [&] { database.execute("INSERT INTO items (text) VALUES (zeroblob(100000))"); });
}

TEST_F(SqliteDatabaseTest, LeavesAnInterruptedChangeToAWriter) {
  const fs::path path = make_database();
  {
    // As a process that is killed leaves it: a journal, and the database half changed.
    SqliteDatabase database(path, SqliteAccess::ReadWrite);
    database.execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE");
    for (int i = 0; i < 500; ++i) {
      database.execute("INSERT INTO items (text) VALUES (zeroblob(100))");
    }
    fs::create_directory(directory_.path() / "killed");
    for (const char* const name : {"items.sqlite", "items.sqlite-journal"}) {
      fs::copy(directory_.path() / name, directory_.path() / "killed" / name);
    }
  }
  const fs::path killed = directory_.path() / "killed/items.sqlite";
  SqliteDatabase reader(killed, SqliteAccess::ReadOnly);
  expect_failure(Fault::Busy, "which the next run that is not a dry run undoes",
                 [&] { (void)reader.query_integer("SELECT count(*) FROM items"); });
  SqliteDatabase writer(killed, SqliteAccess::ReadWrite);
  EXPECT_EQ(writer.query_integer("SELECT count(*) FROM items"), 1);
}

TEST_F(SqliteDatabaseTest, ReportsWhatIsNotAsItExpects) {
  SqliteDatabase database(make_database(), SqliteAccess::ReadWrite);
  expect_failure(Fault::CannotWrite, "no such table: missing",
                 [&] { (void)database.prepare("SELECT 1 FROM missing"); });
}

}  // namespace
}  // namespace vrni2syslog
