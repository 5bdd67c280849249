#include "transport/kafka/kafka_connection.h"

#include "base/secret.h"
#include "base/sha256.h"
#include "collector_fixture.h"
#include "mock_cluster.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::Pair;

class KafkaConnectionTest : public CollectorFixture {
 protected:
  KafkaConnectionTest() { cluster_.create_topic("flows", 2); }

  static std::shared_ptr<LineBatch> labelled(
      const std::vector<std::pair<std::string, std::string>>& lines,
      const std::shared_ptr<const EpochLabel>& epoch) {
    auto batch = std::make_shared<LineBatch>();
    for (const auto& [key, line] : lines) {
      batch->buffer() += line;
      batch->end_line({.key = key, .kind = "FLOW_ALLOW"});
    }
    batch->set_epoch(epoch);
    return batch;
  }

  static std::shared_ptr<LineBatch> manifest(const std::shared_ptr<const EpochLabel>& epoch) {
    auto batch = std::make_shared<LineBatch>();
    batch->buffer() += "the manifest";
    batch->end_line({.kind = kManifestKind});
    batch->set_epoch(epoch);
    return batch;
  }

  MockCluster cluster_;
};

TEST_F(KafkaConnectionTest, ConfirmsAnEpochWithoutLinesAtOnce) {
  const Receipt receipt = deliver(cluster_.url("flows"), {});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  EXPECT_THAT(log_text_, Not(HasSubstr("warning")));
  EXPECT_THAT(peer_description_, HasSubstr("1 broker, topic flows, 2 partitions, librdkafka "));
}

TEST_F(KafkaConnectionTest, StoresEveryLineWithKeyAndHeaders) {
  options_.run = "0123456789abcdef";
  options_.job = "daily";
  options_.platform = "vrni.local";
  const auto epoch = std::make_shared<const EpochLabel>(
      EpochLabel{"2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z", "2"});
  const auto target = collector(cluster_.url("flows"));
  target->open();
  target->send(labelled({{"1:2:3", "one"}, {"", "two"}}, epoch));
  target->send(manifest(epoch));
  const Receipt receipt = target->wait_for_receipt();
  ASSERT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;

  const std::vector<StoredRecord> records = cluster_.read("flows", 2, 3);
  ASSERT_EQ(records.size(), 3U);
  for (const StoredRecord& record : records) {
    if (record.value == "one") {
      EXPECT_EQ(record.key, "1:2:3");
      EXPECT_THAT(record.headers,
                  ElementsAre(Pair("msgid", "FLOW_ALLOW"), Pair("run", "0123456789abcdef"),
                              Pair("window_start", "2026-11-22T12:00:00Z"),
                              Pair("window_end", "2026-11-22T13:00:00Z"), Pair("job", "daily"),
                              Pair("platform", "vrni.local"), Pair("attempt", "2")));
    } else if (record.value == "two") {
      EXPECT_EQ(record.key, std::nullopt);
    } else {
      EXPECT_EQ(record.value, "the manifest");
      EXPECT_EQ(record.key, "daily");
      EXPECT_EQ(record.header("msgid"), "MANIFEST");
      EXPECT_EQ(record.header("records"), "2");
    }
  }
}

TEST_F(KafkaConnectionTest, TellsInTheManifestWhereTheRecordsOfItsEpochAre) {
  const auto target = collector(cluster_.url("flows"));
  for (const char* attempt : {"1", "2"}) {
    const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", attempt});
    target->open();
    target->send(labelled({{"k", "one"}, {"k", "two"}, {"k", "three"}}, epoch));
    target->send(manifest(epoch));
    ASSERT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  }
  std::vector<StoredRecord> flows;
  std::map<std::string, StoredRecord> manifests;
  for (const StoredRecord& record : cluster_.read("flows", 2, 8)) {
    if (record.header("msgid") == kManifestKind) {
      manifests[record.header("attempt")] = record;
    } else {
      flows.push_back(record);
    }
  }
  ASSERT_EQ(flows.size(), 6U);
  // One key, one partition, in order.
  EXPECT_EQ(flows[0].value + flows[1].value + flows[2].value, "onetwothree");
  EXPECT_EQ(manifests["2"].header("records"), "3");
  Sha256 digest;
  digest.update("one\ntwo\nthree\n");
  EXPECT_EQ(manifests["2"].header("offsets"),
            fmt::format("{}:{}-{}:3:{}", flows[3].partition, flows[3].offset, flows[5].offset,
                        to_hex(digest.finish())));
}

TEST_F(KafkaConnectionTest, TellsWhereTheRecordsAreBeforeTheManifestIsThere) {
  const auto target = collector(cluster_.url("flows"));
  const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", "1"});
  const auto empty_epoch = std::make_shared<const EpochLabel>(EpochLabel{"b", "c", "1"});
  target->open();
  target->send(labelled({{"k", "one"}, {"k", "two"}}, epoch));
  const std::optional<std::string> offsets = target->offsets_of(epoch);
  ASSERT_TRUE(offsets);
  EXPECT_THAT(*offsets, HasSubstr(":0-1:2:"));
  EXPECT_EQ(cluster_.read("flows", 2, 2).size(), 2U);
  target->send(manifest(epoch));
  ASSERT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  // The epoch before must not be told of again.
  target->open();
  EXPECT_EQ(target->offsets_of(empty_epoch), "");
  target->send(manifest(empty_epoch));
  ASSERT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  std::map<std::string, StoredRecord> manifests;
  for (const StoredRecord& record : cluster_.read("flows", 2, 4)) {
    if (record.header("msgid") == kManifestKind) manifests[record.header("window_start")] = record;
  }
  EXPECT_EQ(manifests["a"].header("offsets"), *offsets);
  EXPECT_EQ(manifests["a"].header("records"), "2");
  EXPECT_EQ(manifests["b"].header("offsets"), "");
  EXPECT_EQ(manifests["b"].header("records"), "0");
}

TEST_F(KafkaConnectionTest, TellsNoOffsetsOfWhatNoBrokerHasReported) {
  options_.progress_timeout = std::chrono::milliseconds(300);
  const auto target = collector(cluster_.url("flows"));
  const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", "1"});
  target->open();
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  target->send(labelled({{"k", "one"}}, epoch));
  const Error error = error_of([&] { (void)target->offsets_of(epoch); });
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr("no record was confirmed for 1 s"));
}

TEST_F(KafkaConnectionTest, CountsWhatABrokerHadStoredBeforeItsAnswerWasLost) {
  // So it answers a repeat that it recognises, without the offsets.
  cluster_.fail(MockCluster::kProduce, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, 1);
  const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", "1"});
  // All of the records have to be in the one request that is answered so.
  const auto target = collector(cluster_.url("flows", "?rdkafka.linger.ms=1000"));
  target->open();
  auto lines = std::make_shared<LineBatch>();
  Sha256 digest;
  for (int i = 0; i < 1500; ++i) {
    lines->buffer() += "x";
    lines->end_line({.key = "k", .kind = "FLOW_ALLOW"});
    digest.update("x\n");
  }
  lines->set_epoch(epoch);
  target->send(lines);
  target->send(manifest(epoch));
  ASSERT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  // The mock broker has stored the manifest alone.
  const std::vector<StoredRecord> records = cluster_.read("flows", 2, 1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].header("records"), "1500");
  EXPECT_THAT(records[0].header("offsets"), MatchesRegex("[01]:-:1500:" + to_hex(digest.finish())));
}

TEST_F(KafkaConnectionTest, WaitsForReportsWhileTheQueueIsFull) {
  const auto target = collector(cluster_.url("flows",
                                             "?rdkafka.queue.buffering.max.messages=100"
                                             "&rdkafka.linger.ms=1"));
  target->open();
  for (int i = 0; i < 10; ++i) target->send(bulk(100));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_EQ(cluster_.read("flows", 2, 1000).size(), 1000U);
}

TEST_F(KafkaConnectionTest, KeepsItsSessionForTheNextEpoch) {
  const auto target = collector(cluster_.url("flows"));
  for (int i = 0; i < 3; ++i) {
    target->open();
    target->send(batch({"line"}));
    EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  }
  EXPECT_EQ(cluster_.read("flows", 2, 3).size(), 3U);
}

TEST_F(KafkaConnectionTest, SendsAgainWhatABrokerCouldNotTakeYet) {
  cluster_.fail(MockCluster::kProduce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 3);
  const Receipt receipt =
      deliver(cluster_.url("flows", "?rdkafka.retry.backoff.ms=1"), {"a", "b", "c"});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed) << receipt.detail;
  EXPECT_EQ(cluster_.read("flows", 2, 3).size(), 3U);
}

TEST_F(KafkaConnectionTest, IsRefusedIfARecordIsTooLargeOrNotAllowed) {
  for (const rd_kafka_resp_err_t code :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED}) {
    cluster_.fail(MockCluster::kProduce, code, 1);
    const auto target = collector(cluster_.url("flows"));
    target->open();
    target->send(batch({"line"}));
    const Error error = error_of([&] { (void)target->wait_for_receipt(); });
    EXPECT_EQ(error.fault(), Fault::Refused);
    EXPECT_THAT(error.what(), HasSubstr("topic flows, partition "));
    EXPECT_THAT(error.what(), HasSubstr(rd_kafka_err2str(code)));
  }
}

TEST_F(KafkaConnectionTest, DoesNotConfirmWhatNoBrokerHasReported) {
  options_.progress_timeout = std::chrono::milliseconds(300);
  const auto target = collector(cluster_.url("flows"));
  target->open();
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  target->send(batch({"line"}));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("no record was confirmed for 1 s, and 1 are not"));
}

TEST_F(KafkaConnectionTest, DoesNotBlameATroubleThatHasPassed) {
  options_.progress_timeout = std::chrono::milliseconds(1000);
  const auto target = collector(cluster_.url("flows", "?rdkafka.reconnect.backoff.ms=1"));
  target->open();
  rd_kafka_mock_broker_set_down(cluster_.get(), 1);
  target->send(batch({"line"}));
  rd_kafka_mock_broker_set_up(cluster_.get(), 1);
  ASSERT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  target->open();
  rd_kafka_mock_broker_set_rtt(cluster_.get(), 1, 20'000);
  target->send(batch({"line"}));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("are not; see whether the brokers have enough"));
}

TEST_F(KafkaConnectionTest, EndsWithinASecondOfAStop) {
  rd_kafka_mock_broker_set_rtt(cluster_.get(), 1, 20'000);
  const auto start = std::chrono::steady_clock::now();
  const auto target = collector(cluster_.url("flows"));
  stop_.request_stop();
  const Error error = error_of([&] { target->open(); });
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST_F(KafkaConnectionTest, IsRefusedWithoutTheTopic) {
  rd_kafka_mock_topic_set_error(cluster_.get(), "other", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const Error error = open_error(cluster_.url("other"));
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("/other: the topic other does not exist"));
}

TEST_F(KafkaConnectionTest, IsOutOfReachWithoutABroker) {
  options_.connect_timeout = std::chrono::milliseconds(300);
  const Error error = open_error("kafka://127.0.0.1:1/flows");
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("no broker answers ("));
  EXPECT_THAT(error.what(), HasSubstr("Connection refused"));
}

TEST_F(KafkaConnectionTest, LogsWhatTheLibrarySays) {
  options_.connect_timeout = std::chrono::milliseconds(300);
  (void)open_error("kafka://127.0.0.1:1/flows");
  EXPECT_THAT(log_text_, AllOf(HasSubstr("librdkafka: "), Not(HasSubstr("warning"))));
}

TEST_F(KafkaConnectionTest, ShowsNoSecretIfALoginComesToNothing) {
  options_.password = Secret("secret-of-test");
  options_.connect_timeout = std::chrono::milliseconds(500);
  // The mock brokers know of no logins.
  for (const char* query : {"?sasl=oauthbearer&insecure=1", "?sasl=plain&user=u&insecure=1",
                            "?sasl=scram-sha-512&user=u"}) {
    const Error error = open_error(cluster_.url("flows", query));
    EXPECT_TRUE(is_out_of_reach(error.fault())) << error.what();
    EXPECT_THAT(error.what(), Not(HasSubstr("secret-of-test")));
  }
  EXPECT_THAT(log_text_, AllOf(HasSubstr("anybody on the way"), Not(HasSubstr("secret-of-test"))));
}

TEST_F(KafkaConnectionTest, IsWrongWithAPropertyThatTheLibraryRefuses) {
  const Error error = open_error(cluster_.url("flows", "?rdkafka.linger.ms=soon"));
  EXPECT_EQ(error.fault(), Fault::Configuration);
  EXPECT_THAT(error.what(), HasSubstr("linger.ms"));
}

}  // namespace
}  // namespace vrni2syslog
