#include "transport/kafka/delivery_reports.h"

#include "base/sha256.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {
namespace {

using ::testing::HasSubstr;

DeliveryReports reports_of(rd_kafka_resp_err_t error) {
  DeliveryReports reports("flows");
  reports.add_record();
  reports.report(3, 0, error, "line");
  return reports;
}

TEST(DeliveryReports, AreCompleteOnceEveryRecordHasOne) {
  DeliveryReports reports("flows");
  for (int i = 0; i < 4; ++i) reports.add_record();
  reports.report(2, 50, RD_KAFKA_RESP_ERR_NO_ERROR, "a");
  reports.report(0, 7, RD_KAFKA_RESP_ERR_NO_ERROR, "b");
  reports.report(2, 51, RD_KAFKA_RESP_ERR_NO_ERROR, "c");
  EXPECT_EQ(reports.outstanding(), 1U);
  reports.report(2, 52, RD_KAFKA_RESP_ERR_NO_ERROR, "d");
  EXPECT_EQ(reports.outstanding(), 0U);
  EXPECT_EQ(reports.stored(), 4U);
  // printf 'b\n' | sha256sum; printf 'a\nc\nd\n' | sha256sum
  EXPECT_EQ(reports.take_offsets(),
            "0:7-7:1:0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f,"
            "2:50-52:3:8fde59f67257dd53eda8c8a846b406fffc0097f822cc628005c4fa3ec484d200");
  EXPECT_FALSE(reports.failure());
}

TEST(DeliveryReports, DigestTheLinesOfEachPartitionInTheirOrder) {
  // Together and alone longer than what is digested at once.
  const std::string long_line(20'000, 'x');
  DeliveryReports reports("flows");
  std::array<Sha256, 2> expected;
  constexpr std::size_t kLines = 4'000;
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::size_t partition = i / 1'000 % 2;
    const std::string line = i % 501 == 500 ? long_line : "line " + std::to_string(i);
    reports.add_record();
    reports.report(static_cast<std::int32_t>(partition), static_cast<std::int64_t>(i),
                   RD_KAFKA_RESP_ERR_NO_ERROR, line);
    expected.at(partition).update(line + '\n');
  }
  const std::string offsets = reports.take_offsets();
  for (Sha256& digest : expected) EXPECT_THAT(offsets, HasSubstr(":" + to_hex(digest.finish())));
}

TEST(DeliveryReports, BeginTheDigestsOfAnEpochAnew) {
  DeliveryReports reports("flows");
  for (const std::string_view line : {"of another epoch", "b"}) {
    reports.begin_epoch();
    reports.add_record();
    reports.report(0, 7, RD_KAFKA_RESP_ERR_NO_ERROR, line);
  }
  // printf 'b\n' | sha256sum
  EXPECT_EQ(reports.take_offsets(),
            "0:7-7:1:0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f");
}

TEST(DeliveryReports, CountWhatIsStoredAtAnOffsetThatWasNotTold) {
  struct Case {
    std::vector<std::int64_t> offsets;
    const char* text;
  };
  // printf 'x\nx\n' | sha256sum, and the same with three and four lines
  constexpr std::string_view kTwo =
      "a137759217d1f2cbe418985976708e97991914964af65601c9f963b3deded118";
  constexpr std::string_view kThree =
      "4731f7f60d8781b76bf2146a5d4b28fc685ebe5cdb3c5548edbb5c1c42ac88dd";
  constexpr std::string_view kFour =
      "a1d5a4f56acd90fde5cc0d132000c6017a551496b2503547052d261b8aa440c7";
  const Case cases[] = {
      {{-1001, -1000}, "0:-:2:"},
      {{7, -1001, 9}, "0:7-9:3:"},
      {{-1001, 8, 9}, "0:-:3:"},
      {{7, 8, -1001}, "0:-:3:"},
      // librdkafka counts on from its mark within a batch of many records.
      {{-1, 0, 1, 2000}, "0:-:4:"},
      {{5, -1, 0, 1}, "0:-:4:"},
      {{5, -1, 0, 8}, "0:5-8:4:"},
  };
  for (const Case& row : cases) {
    DeliveryReports reports("flows");
    for (const std::int64_t offset : row.offsets) {
      reports.add_record();
      reports.report(0, offset, RD_KAFKA_RESP_ERR_NO_ERROR, "x");
    }
    const std::string_view digest = row.offsets.size() == 2   ? kTwo
                                    : row.offsets.size() == 3 ? kThree
                                                              : kFour;
    EXPECT_EQ(reports.take_offsets(), row.text + std::string(digest));
  }
}

TEST(DeliveryReports, PreferTheReasonToWhatWasDroppedBecauseOfIt) {
  DeliveryReports reports = reports_of(RD_KAFKA_RESP_ERR__PURGE_QUEUE);
  EXPECT_TRUE(reports.failure());
  EXPECT_TRUE(reports.has_dropped_only());
  for (const rd_kafka_resp_err_t error :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT}) {
    reports.add_record();
    reports.report(3, 0, error, "line");
    ASSERT_TRUE(reports.failure());
    EXPECT_EQ(reports.failure()->fault(), Fault::Refused);
    EXPECT_FALSE(reports.has_dropped_only());
  }
}

TEST(DeliveryReports, BeginEachEpochWithoutOffsets) {
  DeliveryReports reports = reports_of(RD_KAFKA_RESP_ERR_NO_ERROR);
  reports.begin_epoch();
  EXPECT_EQ(reports.stored(), 0U);
  EXPECT_EQ(reports.take_offsets(), "");
}

TEST(DeliveryReports, NameTopicPartitionAndCauseOfAFailure) {
  struct Case {
    rd_kafka_resp_err_t error;
    Fault fault;
    const char* words;
  };
  const Case cases[] = {
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Fault::Refused, "right WRITE on the topic"},
      {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Fault::Refused, "max.message.bytes"},
      {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Fault::Refused, "?time=event"},
      {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, Fault::Unconfirmed, "min.insync.replicas"},
      {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, Fault::Unconfirmed, "Local: Message timed out"},
      {RD_KAFKA_RESP_ERR__PURGE_QUEUE, Fault::Unconfirmed, "Purged"},
  };
  for (const Case& row : cases) {
    const DeliveryReports reports = reports_of(row.error);
    ASSERT_TRUE(reports.failure());
    EXPECT_EQ(reports.failure()->fault(), row.fault) << row.words;
    EXPECT_THAT(reports.failure()->what(), HasSubstr("topic flows, partition 3: "));
    EXPECT_THAT(reports.failure()->what(), HasSubstr(row.words));
    EXPECT_EQ(reports.stored(), 0U);
  }
}

TEST(DeliveryReports, KeepTheFirstFailure) {
  DeliveryReports reports = reports_of(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
  reports.add_record();
  reports.report(-1, -1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "line");
  EXPECT_EQ(reports.failure()->fault(), Fault::Unconfirmed);
}

TEST(TopicFacts, MustHaveALeaderForEachPartition) {
  TopicFacts facts;
  facts.partitions = {{.id = 0, .has_leader = true, .replicas = 2, .in_sync_replicas = 2},
                      {.id = 1, .has_leader = true, .replicas = 2, .in_sync_replicas = 1},
                      {.id = 2, .has_leader = true, .replicas = 1, .in_sync_replicas = 1}};
  EXPECT_NO_THROW(require_writable(facts, "flows"));
  EXPECT_EQ(replica_warning(facts, 1), "");
  EXPECT_THAT(replica_warning(facts, 2), HasSubstr("in the partitions 1:"));
  EXPECT_TRUE(lacks_replicas(facts));
  facts.partitions[1].has_leader = false;
  const Error error = error_of([&] { require_writable(facts, "flows"); });
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("topic flows, partition 1 has no leader"));
}

TEST(TopicFacts, AreRefusedForATopicThatIsNotThereOrNotOurs) {
  struct Case {
    rd_kafka_resp_err_t error;
    Fault fault;
    const char* words;
  };
  const Case cases[] = {
      {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Fault::Refused, "does not exist"},
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Fault::Refused, "may not see or write"},
      {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Fault::Refused, "Invalid topic"},
      {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, Fault::Unreachable, "Leader not available"},
      {RD_KAFKA_RESP_ERR_NO_ERROR, Fault::Unreachable, "no partitions"},
  };
  for (const Case& row : cases) {
    TopicFacts facts;
    facts.error = row.error;
    const Error error = error_of([&] { require_writable(facts, "flows"); });
    EXPECT_EQ(error.fault(), row.fault) << row.words;
    EXPECT_THAT(error.what(), HasSubstr(row.words));
  }
}

}  // namespace
}  // namespace vrni2syslog
