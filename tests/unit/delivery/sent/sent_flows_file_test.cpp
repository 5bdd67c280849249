#include "delivery/sent/sent_flows_file.h"

#include "base/error.h"
#include "delivery/sent/flow_identity.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SentFlowsFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string salt() {
    std::string salt;
    open_sent_flows(path_, SqliteAccess::ReadWrite)
        .prepare("SELECT salt FROM store")
        .run([&](const SqliteStatement& row) { salt = row.blob(0); });
    return salt;
  }
  void expect_refused(Fault fault, std::string_view text) {
    for (const SqliteAccess access : {SqliteAccess::ReadWrite, SqliteAccess::ReadOnly}) {
      try {
        (void)open_sent_flows(path_, access);
        ADD_FAILURE() << "accepted";
      } catch (const Error& error) {
        EXPECT_EQ(error.fault(), fault) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(path_.string()));
        EXPECT_THAT(error.what(), HasSubstr(text));
        EXPECT_THAT(error.what(), HasSubstr("move it away to begin a new one"));
      }
    }
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "seen-flows.sqlite";
};

TEST_F(SentFlowsFileTest, IsMadeOnceForItsOwner) {
  const std::string first = salt();
  EXPECT_EQ(first.size(), FlowIdentifier::kSaltBytes);
  EXPECT_EQ(salt(), first);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()), 1);
}

TEST_F(SentFlowsFileTest, HasASaltOfItsOwn) {
  const std::string first = salt();
  fs::remove(path_);
  EXPECT_NE(salt(), first);
}

TEST_F(SentFlowsFileTest, IsNotMadeToBeRead) {
  EXPECT_THROW((void)open_sent_flows(path_, SqliteAccess::ReadOnly), Error);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(SentFlowsFileTest, IsSyncedInEveryWay) {
  SqliteDatabase database = open_sent_flows(path_, SqliteAccess::ReadWrite);
  EXPECT_EQ(database.query_integer("PRAGMA synchronous"), 3);
  EXPECT_EQ(database.query_integer("SELECT journal_mode = 'delete' FROM pragma_journal_mode"), 1);
}

TEST_F(SentFlowsFileTest, IsRefusedWhereItIsEmpty) {
  directory_.write("seen-flows.sqlite", "");
  expect_refused(Fault::CannotWrite, "is empty");
}

TEST_F(SentFlowsFileTest, IsRefusedWhereItIsNoDatabase) {
  directory_.write("seen-flows.sqlite", std::string(10'000, 'x'));
  expect_refused(Fault::Configuration, "is not an SQLite database");
}

TEST_F(SentFlowsFileTest, IsRefusedWhereItBelongsToAnotherProgram) {
  SqliteDatabase other;
  other.execute("CREATE TABLE cookies (name TEXT)");
  directory_.write("seen-flows.sqlite", other.serialize(SqliteJournal::Rollback));
  expect_refused(Fault::Configuration, "is a database of another program");
}

TEST_F(SentFlowsFileTest, IsRefusedInALaterFormat) {
  open_sent_flows(path_, SqliteAccess::ReadWrite).execute("PRAGMA user_version = 2");
  expect_refused(Fault::Configuration, "has format 2");
}

TEST_F(SentFlowsFileTest, IsRefusedWithoutItsSalt) {
  open_sent_flows(path_, SqliteAccess::ReadWrite).execute("DELETE FROM store");
  expect_refused(Fault::CannotWrite, "has no salt");
}

TEST_F(SentFlowsFileTest, IsRefusedWithoutItsTables) {
  open_sent_flows(path_, SqliteAccess::ReadWrite).execute("DROP TABLE store");
  expect_refused(Fault::CannotWrite, "no such table");
}

}  // namespace
}  // namespace vrni2syslog
