#include "transport/kafka/kafka_transaction.h"

#include "collector_fixture.h"
#include "mock_cluster.h"

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int16_t kOffsetFetch = 9;
constexpr std::int16_t kFindCoordinator = 10;
constexpr std::int16_t kInitProducerId = 22;
constexpr std::int16_t kAddPartitions = 24;
constexpr std::int16_t kEndTransaction = 26;

/// A job with a collector that takes each epoch in a transaction. The mock brokers know of the
/// steps, but neither keep the offsets of a transaction nor hide its records.
class KafkaTransactionTest : public CollectorFixture {
 protected:
  KafkaTransactionTest() {
    cluster_.create_topic("flows", 2);
    options_.run = "0123456789abcdef";
    options_.job = "nightly";
    options_.platform = "vrni.local";
    options_.kept_progress = std::make_shared<std::optional<std::string>>();
  }

  [[nodiscard]] std::string url(const std::string& query = {}) const {
    return cluster_.url("flows", "?transactions=on" + query);
  }

  static std::shared_ptr<LineBatch> record(const std::string& kind,
                                           const std::shared_ptr<const EpochLabel>& epoch) {
    auto batch = std::make_shared<LineBatch>();
    batch->buffer() += "text";
    batch->end_line({.key = "k", .kind = kind == kManifestKind ? kManifestKind : "FLOW"});
    batch->set_epoch(epoch);
    if (kind == kManifestKind) batch->set_progress("watermark=1");
    return batch;
  }

  static Receipt send_unit(CollectorSink& target) {
    const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", "1"});
    target.open();
    target.send(record("FLOW", epoch));
    target.send(record(std::string(kManifestKind), epoch));
    return target.wait_for_receipt();
  }

  [[nodiscard]] std::size_t count(const std::string& text) const {
    std::size_t found = 0;
    for (auto at = log_text_.find(text); at != std::string::npos; at = log_text_.find(text, at + 1))
      ++found;
    return found;
  }

  MockCluster cluster_;
};

TEST_F(KafkaTransactionTest, HasANamePerJobPlatformTopicAndNamedWindow) {
  const Endpoint endpoint = parse_collector(url(), tls_).front();
  EXPECT_EQ(transaction_name(endpoint, options_), "vrni2syslog/nightly/vrni.local/flows");
  options_.window = "S/E";
  EXPECT_EQ(transaction_name(endpoint, options_), "vrni2syslog/nightly/vrni.local/flows/S/E");
  options_.window.clear();
  options_.is_check = true;
  EXPECT_EQ(transaction_name(endpoint, options_), "vrni2syslog/nightly/vrni.local/flows/check")
      << "so that a check fences no run";
  EXPECT_TRUE(has_transactions(endpoint, options_));
  EXPECT_FALSE(has_transactions(parse_collector(cluster_.url("flows"), tls_).front(), options_));
  options_.kept_progress.reset();
  EXPECT_FALSE(has_transactions(endpoint, options_));
}

TEST_F(KafkaTransactionTest, CommitsEachUnitWithItsProgress) {
  const auto target = collector(url());
  EXPECT_EQ(send_unit(*target).verdict, Verdict::Consumed);
  EXPECT_THAT(**options_.kept_progress,
              AllOf(HasSubstr("run=0123456789abcdef transaction="), HasSubstr(" watermark=1")));
  EXPECT_EQ(send_unit(*target).verdict, Verdict::Consumed);
  EXPECT_EQ(count("transaction: committed"), 2U);
  const std::size_t flows = log_text_.find("transaction: flows");
  EXPECT_LT(log_text_.find("transaction: begin"), flows);
  EXPECT_LT(flows, log_text_.find("transaction: manifest"));
  EXPECT_LT(log_text_.find("transaction: progress"), log_text_.find("transaction: commit"));
}

TEST_F(KafkaTransactionTest, AbortsAnEpochWithoutAManifest) {
  const auto target = collector(url());
  const auto epoch = std::make_shared<const EpochLabel>(EpochLabel{"a", "b", "1"});
  target->open();
  target->send(record("FLOW", epoch));
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("the unit is not whole"));
  EXPECT_EQ(count("transaction: aborted"), 1U);
  EXPECT_EQ(count("transaction: committed"), 0U);
}

TEST_F(KafkaTransactionTest, IsRefusedOnceAnotherRunHasTakenOver) {
  cluster_.fail(kEndTransaction, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, 1);
  const auto target = collector(url());
  const Error error = error_of([&] { (void)send_unit(*target); });
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("another run of the job nightly has taken over"));
}

TEST_F(KafkaTransactionTest, WritesNothingOnceALaterRunHasWritten) {
  *options_.kept_progress = "run=other";
  const Error error = open_error(url());
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  *options_.kept_progress = std::string(kNotAsked);
  EXPECT_EQ(open_error(url()).fault(), Fault::Refused);
}

TEST_F(KafkaTransactionTest, AsksForTheProgressAgainWhileBrokersDoNotKnowItYet) {
  for (const rd_kafka_resp_err_t code :
       {RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        RD_KAFKA_RESP_ERR_NOT_COORDINATOR}) {
    cluster_.fail(kOffsetFetch, code, 2);
    options_.kept_progress->reset();
    const auto target = collector(url());
    target->open();
    EXPECT_EQ(*options_.kept_progress, "") << rd_kafka_err2name(code);
  }
}

TEST_F(KafkaTransactionTest, IsRefusedWithoutTheRightsOnItsGroup) {
  cluster_.fail(kOffsetFetch, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 1);
  const Error error = open_error(url());
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("READ on the groups"));
}

TEST_F(KafkaTransactionTest, IsRefusedIfNobodyTellsWhoLooksAfterItsGroup) {
  // The first who asks is the producer, for its transactional id.
  std::vector<rd_kafka_resp_err_t> answers(20, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  answers.front() = RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_mock_push_request_errors_array(cluster_.get(), kFindCoordinator, answers.size(),
                                          answers.data());
  const Error error = open_error(url());
  EXPECT_EQ(error.fault(), Fault::Refused);
  EXPECT_THAT(error.what(), HasSubstr("READ on the groups"));
}

TEST_F(KafkaTransactionTest, SaysWhyBrokersBeginNone) {
  struct Case {
    rd_kafka_resp_err_t code;
    Fault fault;
    const char* words;
  };
  for (const Case& row : {Case{RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                               Fault::Refused, "WRITE on the transactional ids"},
                          Case{RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, Fault::Configuration,
                               "?rdkafka.transaction.timeout.ms="}}) {
    cluster_.fail(kInitProducerId, row.code, 1);
    const Error error = open_error(url());
    EXPECT_EQ(error.fault(), row.fault) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("the brokers begin no transactions"));
    EXPECT_THAT(error.what(), HasSubstr(row.words));
  }
}

TEST_F(KafkaTransactionTest, SaysWhyItFailedAndNotThatRecordsWereDropped) {
  cluster_.fail(kAddPartitions, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1);
  const auto target = collector(url());
  const Error error = error_of([&] { (void)send_unit(*target); });
  EXPECT_EQ(error.fault(), Fault::Refused) << error.what();
  EXPECT_THAT(error.what(), AllOf(HasSubstr("the transaction in the topic flows failed"),
                                  HasSubstr("WRITE and READ on the topic")));
}

TEST_F(KafkaTransactionTest, IsRehearsedByACheck) {
  options_.is_check = true;
  collector(url())->open();
  EXPECT_EQ(count("transaction: progress"), 1U);
  EXPECT_EQ(count("transaction: aborted"), 1U);
  EXPECT_EQ(count("transaction: committed"), 0U);
}

/// The mock cluster has forgotten the progress by then, so it was not committed.
TEST_F(KafkaTransactionTest, AsksWhetherAUnitWasCommittedIfNobodyHasSaid) {
  options_.progress_timeout = std::chrono::milliseconds(1500);
  cluster_.fail(kEndTransaction, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 1000);
  const auto target = collector(url());
  const Receipt receipt = send_unit(*target);
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("its transaction was aborted"));
  // What is sent again must not get into the transaction that has failed.
  rd_kafka_mock_clear_request_errors(cluster_.get(), kEndTransaction);
  EXPECT_EQ(send_unit(*target).verdict, Verdict::Consumed);
  EXPECT_EQ(count("transaction: begin"), 2U);
}

TEST(TransactionFailure, SaysWhatToDo) {
  struct Case {
    rd_kafka_resp_err_t code;
    Fault fault;
    const char* words;
  };
  const Case cases[] = {
      {RD_KAFKA_RESP_ERR__FENCED, Fault::LoginRefused, "another run of the job j has taken over"},
      {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Fault::LoginRefused, "has taken over"},
      {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Fault::Refused,
       "WRITE on the transactional ids"},
      {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Fault::Refused, "READ on the groups"},
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Fault::Refused, "READ on the topic"},
      {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, Fault::Configuration,
       "?rdkafka.transaction.timeout.ms="},
      {RD_KAFKA_RESP_ERR__TIMED_OUT, Fault::Unconfirmed, "the step: text"}};
  for (const Case& one : cases) {
    const Error error = transaction_failure({.code = one.code, .text = "text"}, "the step", "j");
    EXPECT_EQ(error.fault(), one.fault) << one.words;
    EXPECT_THAT(error.what(), HasSubstr(one.words));
    EXPECT_THAT(error.what(), Not(HasSubstr("{}")));
  }
}

}  // namespace
}  // namespace vrni2syslog
