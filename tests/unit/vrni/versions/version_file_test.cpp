#include "vrni/versions/version_file.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <string>
#include <thread>
#include <vector>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class VersionFileTest : public testing::Test {
 protected:
  void expect_refused(Fault fault, std::string_view text) {
    try {
      (void)open_version_file(path_);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  }
  [[nodiscard]] static std::int64_t versions_in(SqliteDatabase database) {
    return database.query_integer("SELECT count(*) FROM versions");
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "versions.sqlite";
};

TEST_F(VersionFileTest, IsMadeForItsOwnerAndKeepsWhatIsWritten) {
  open_version_file(path_).execute("INSERT INTO versions (key, place) VALUES (1, 2)");
  EXPECT_EQ(versions_in(open_version_file(path_)), 1);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(VersionFileTest, OfAnotherFormatIsMadeAnew) {
  open_version_file(path_).execute(
      "INSERT INTO versions (key, place) VALUES (1, 2); PRAGMA user_version = 7");
  EXPECT_EQ(versions_in(open_version_file(path_)), 0);
  open_version_file(path_).execute("INSERT INTO versions (key, place) VALUES (1, 2)");
  EXPECT_EQ(versions_in(open_version_file(path_)), 1);
}

TEST_F(VersionFileTest, IsMadeAndOpenedByManyAtTheSameTime) {
  for (int round = 0; round < 50; ++round) {
    std::barrier start(3);
    std::vector<std::jthread> openers;
    for (int i = 0; i < 3; ++i) {
      openers.emplace_back([this, &start] {
        start.arrive_and_wait();
        EXPECT_NO_THROW((void)open_version_file(path_));
      });
    }
    openers.clear();
    remove_version_file(path_);
  }
}

TEST_F(VersionFileTest, IsRefusedIfItIsNotOurs) {
  SqliteDatabase other;
  other.execute("PRAGMA application_id = 4711; CREATE TABLE t (a)");
  directory_.write("versions.sqlite", other.serialize(SqliteJournal::Rollback));
  expect_refused(Fault::CannotCreate, "is a database of another program");
  fs::permissions(path_, fs::perms::others_write, fs::perm_options::add);
  expect_refused(Fault::CannotCreate, "can be written by others");
  fs::remove(path_);
  fs::create_directory(path_);
  expect_refused(Fault::CannotCreate, "is not a regular file");
}

TEST_F(VersionFileTest, IsRefusedIfItIsDamaged) {
  directory_.write("versions.sqlite", "");
  expect_refused(Fault::CannotWrite, "is empty: it was damaged");
  directory_.write("versions.sqlite", std::string(10'000, 'x'));
  expect_refused(Fault::Configuration, "is not an SQLite database");
}

TEST_F(VersionFileTest, IsRemovedWithTheFilesBesideIt) {
  SqliteDatabase open = open_version_file(path_);
  open.execute("INSERT INTO versions (key, place) VALUES (1, 2)");
  EXPECT_GT(std::distance(fs::directory_iterator(directory_.path()), {}), 1);
  remove_version_file(path_);
  EXPECT_TRUE(fs::is_empty(directory_.path()));
  EXPECT_EQ(versions_in(open_version_file(path_)), 0);
}

TEST_F(VersionFileTest, CanBeATemporaryOneOfOneRun) {
  SqliteDatabase database = open_temporary_versions();
  database.execute("INSERT INTO versions (key, place) VALUES (1, 2)");
  EXPECT_EQ(versions_in(open_temporary_versions()), 0);
  EXPECT_EQ(versions_in(std::move(database)), 1);
}

}  // namespace
}  // namespace vrni2syslog
