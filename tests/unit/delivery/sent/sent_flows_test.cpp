#include "delivery/sent/sent_flows.h"

#include "base/error.h"
#include "flow_fixture.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <set>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

const UnixSeconds kNothingExpired{};

/// A flow like a digest: its numbers scattered over the whole key.
[[nodiscard]] FlowIdentity flow(std::uint64_t number, unsigned char facts = 1) {
  FlowIdentity identity;
  std::uint64_t bits = number * 0x9E3779B97F4A7C15U;
  for (unsigned char& byte : identity.key) {
    byte = static_cast<unsigned char>(bits >> 56U);
    bits = bits * 0x5851F42D4C957F2DU + number;
  }
  identity.facts.fill(facts);
  return identity;
}

class SentFlowsTest : public testing::Test {
 protected:
  void send(SentFlows& seen, std::initializer_list<FlowIdentity> flows, UnixSeconds start) {
    seen.begin();
    for (const FlowIdentity& one : flows) seen.record(one);
    seen.commit(start, kNothingExpired);
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "seen-flows.sqlite";
};

TEST_F(SentFlowsTest, RemembersFromRunToRun) {
  {
    SentFlows seen(path_, SqliteAccess::ReadWrite);
    EXPECT_FALSE(seen.find(flow(1).key));
    send(seen, {flow(1), flow(2)}, hour(3));
  }
  SentFlows seen(path_, SqliteAccess::ReadOnly);
  EXPECT_EQ(seen.find(flow(1).key), (SentFlow{flow(1).facts, hour(3)}));
  EXPECT_EQ(seen.find(flow(2).key), (SentFlow{flow(2).facts, hour(3)}));
  EXPECT_FALSE(seen.find(flow(3).key));
}

TEST_F(SentFlowsTest, ForgetsAnEpochThatIsNotCommitted) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  seen.begin();
  seen.record(flow(1));
  seen.rollback();
  send(seen, {flow(2)}, hour(0));
  EXPECT_FALSE(seen.find(flow(1).key));
  {
    SentFlows other(directory_.path() / "other", SqliteAccess::ReadWrite);
    other.begin();
    other.record(flow(1));
  }
  EXPECT_FALSE(SentFlows(directory_.path() / "other", SqliteAccess::ReadWrite).find(flow(1).key));
}

TEST_F(SentFlowsTest, ShowsAnEpochOnlyOnceItIsCommitted) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  SentFlows reader(path_, SqliteAccess::ReadOnly);
  seen.begin();
  seen.record(flow(1));
  EXPECT_FALSE(seen.find(flow(1).key));
  EXPECT_FALSE(reader.find(flow(1).key));
  seen.commit(hour(0), kNothingExpired);
  EXPECT_TRUE(seen.find(flow(1).key));
  EXPECT_TRUE(reader.find(flow(1).key));
}

TEST_F(SentFlowsTest, TakesNewFactsInPlaceOfOldOnes) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  send(seen, {flow(1, 1)}, hour(0));
  send(seen, {flow(1, 2)}, hour(0));
  EXPECT_EQ(seen.find(flow(1).key), (SentFlow{flow(1, 2).facts, hour(0)}));
  send(seen, {flow(1, 3)}, hour(1));
  EXPECT_EQ(seen.find(flow(1).key), (SentFlow{flow(1, 3).facts, hour(1)}));
}

TEST_F(SentFlowsTest, KeepsTheNewerOfTwoUnits) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  send(seen, {flow(1, 1)}, hour(5));
  send(seen, {flow(1, 2), flow(2, 2)}, hour(0));
  EXPECT_EQ(seen.find(flow(1).key), (SentFlow{flow(1, 1).facts, hour(5)}));
  EXPECT_EQ(seen.find(flow(2).key), (SentFlow{flow(2, 2).facts, hour(0)}));
}

TEST_F(SentFlowsTest, RecordsEveryFlowOfAnEpochOfManyTransactions) {
  SentFlowsLimits limits;
  limits.flows_per_transaction = 7;
  SentFlows seen(path_, SqliteAccess::ReadWrite, limits);
  for (int round = 0; round < 2; ++round) {
    seen.begin();
    for (std::uint64_t i = 0; i < 100; ++i) seen.record(flow(i));
    seen.commit(hour(round), kNothingExpired);
    for (std::uint64_t i = 0; i < 100; ++i) {
      ASSERT_EQ(seen.find(flow(i).key), (SentFlow{flow(i).facts, hour(round)})) << i;
    }
  }
}

TEST_F(SentFlowsTest, LeavesNothingBesideItsFile) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  send(seen, {flow(1)}, hour(0));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()), 1);
}

TEST_F(SentFlowsTest, DoesNotTouchItsFileForNothing) {
  SentFlows seen(path_, SqliteAccess::ReadWrite);
  send(seen, {flow(1)}, hour(0));
  const std::string before = directory_.read("seen-flows.sqlite");
  send(seen, {}, hour(100));
  EXPECT_EQ(directory_.read("seen-flows.sqlite"), before);
}

TEST_F(SentFlowsTest, LetsOneProcessWriteAtATime) {
  SentFlows first(path_, SqliteAccess::ReadWrite);
  SentFlowsLimits impatient;
  impatient.lock_wait = std::chrono::milliseconds(1);
  SentFlows second(path_, SqliteAccess::ReadWrite, impatient);
  first.begin();
  const Error error = error_of([&] { second.begin(); });
  EXPECT_EQ(error.fault(), Fault::Busy);
  EXPECT_THAT(error.what(), testing::HasSubstr("in use by another process"));
  first.rollback();
  second.begin();
}

TEST_F(SentFlowsTest, ForgetsExpiredFlowsALittleAtATime) {
  SentFlowsLimits limits;
  limits.least_swept = 10;
  limits.swept_per_flow = 1;
  limits.rows_per_sweep = 4;
  SentFlows seen(path_, SqliteAccess::ReadWrite, limits);
  seen.begin();
  for (std::uint64_t i = 0; i < 100; ++i) seen.record(flow(i));
  seen.commit(hour(0), kNothingExpired);
  std::size_t last = 100;
  for (int commits = 0; last > 0 && commits < 20; ++commits) {
    seen.begin();
    seen.record(flow(1000));
    seen.commit(hour(10), hour(0));
    std::size_t left = 0;
    for (std::uint64_t i = 0; i < 100; ++i) left += seen.find(flow(i).key) ? 1 : 0;
    EXPECT_LE(last - left, 11U);
    last = left;
  }
  EXPECT_EQ(last, 0U);
  EXPECT_TRUE(seen.find(flow(1000).key));
}

TEST_F(SentFlowsTest, DoesNotGrowForEver) {
  // Every unit has 500 flows that were never seen before, which expire after 10 units.
  SentFlowsLimits limits;
  limits.least_swept = 0;
  std::uintmax_t when_full = 0;
  SentFlows seen(path_, SqliteAccess::ReadWrite, limits);
  std::uint64_t next = 0;
  for (int unit = 0; unit < 100; ++unit) {
    seen.begin();
    for (int i = 0; i < 500; ++i) seen.record(flow(next++));
    seen.commit(hour(unit), hour(unit - 10));
    if (unit == 20) when_full = fs::file_size(path_);
  }
  EXPECT_LE(fs::file_size(path_), when_full * 11 / 10);
  EXPECT_LE(fs::file_size(path_), 10U * 500U * 50U);
  EXPECT_TRUE(seen.find(flow(next - 5000).key)) << "what has not expired is there";
}

}  // namespace
}  // namespace vrni2syslog
