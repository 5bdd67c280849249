#include "transport/kafka/kafka_url.h"

#include "support/error_of.h"
#include "transport/collector_address.h"
#include "transport/kafka/kafka_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class KafkaUrlTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      require_kafka();
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
  }

  static Endpoint parse(const std::string& url) { return parse_collector(url, {}).front(); }
  static Error refusal(const std::string& url) {
    return error_of([&] { (void)parse_collector(url, {}); });
  }
};

TEST_F(KafkaUrlTest, TakesBrokersWithCommasForOneCollector) {
  const CollectorAddress address = parse_collector("kafka://a,B:9093,[2001:db8::1]/flows", {});
  ASSERT_EQ(address.size(), 1U);
  EXPECT_EQ(address.front().kafka.brokers, "a:9092,B:9093,[2001:db8::1]:9092");
  EXPECT_EQ(address.front().host, "a");
  EXPECT_EQ(address.front().port, 9092);
  EXPECT_EQ(address.front().kafka.topic, "flows");
  EXPECT_EQ(address.front().display_name(), "kafka://a:9092,B:9093,[2001:db8::1]:9092/flows");
}

TEST_F(KafkaUrlTest, ShowsAnAddressThatMeansTheSame) {
  const std::string shown = parse("kafka://a,[::1]/Flows?key=none").display_name();
  EXPECT_EQ(shown, "kafka://a:9092,[::1]:9092/Flows");
  EXPECT_EQ(parse(shown).display_name(), shown);
}

TEST_F(KafkaUrlTest, FailsOverBehindTheTopic) {
  const CollectorAddress address =
      parse_collector("KAFKA://a,b/flows?key=none, kafka+tls://c:1/flows?key=none", {});
  ASSERT_EQ(address.size(), 2U);
  EXPECT_EQ(list_names(address), "kafka://a:9092,b:9092/flows,kafka+tls://c:1/flows");
}

TEST_F(KafkaUrlTest, ReadsTheOptions) {
  const Endpoint endpoint = parse(
      "kafka+tls://a/t?key=src_ip&time=event&sasl=scram-sha-512&user=svc&ca-file=/ca&cert=/"
      "c&cert-key=/k&format=json"
      "&rdkafka.linger.ms=5");
  EXPECT_EQ(endpoint.kafka.key, RecordKey::SourceIp);
  EXPECT_TRUE(endpoint.kafka.has_event_time);
  EXPECT_EQ(endpoint.kafka.sasl, SaslMechanism::ScramSha512);
  EXPECT_EQ(endpoint.kafka.user, "svc");
  EXPECT_EQ(endpoint.tls.ca_file, "/ca");
  EXPECT_EQ(endpoint.tls.certificate_file, "/c");
  EXPECT_EQ(endpoint.tls.key_file, "/k");
  EXPECT_EQ(endpoint.format, "json");
  const auto properties = kafka_properties(endpoint.kafka, KafkaEncryption::Tls);
  EXPECT_THAT(properties, Contains(Pair("security.protocol", "sasl_ssl")));
  EXPECT_THAT(properties, Contains(Pair("sasl.mechanism", "SCRAM-SHA-512")));
  EXPECT_THAT(properties, Contains(Pair("sasl.username", "svc")));
  EXPECT_EQ(properties.back(), (std::pair<std::string, std::string>("linger.ms", "5")));
}

TEST_F(KafkaUrlTest, DeliversEveryRecordOnceInOrderToAllReplicas) {
  const auto properties = kafka_properties(parse("kafka://a,b/t").kafka, KafkaEncryption::None);
  EXPECT_THAT(properties, Contains(Pair("bootstrap.servers", "a:9092,b:9092")));
  EXPECT_THAT(properties, Contains(Pair("security.protocol", "plaintext")));
  EXPECT_THAT(properties, Contains(Pair("enable.idempotence", "true")));
  EXPECT_THAT(properties, Contains(Pair("acks", "all")));
  EXPECT_THAT(properties, Contains(Pair("partitioner", "murmur2_random")));
  EXPECT_THAT(properties, Contains(Pair("queue.buffering.max.kbytes", "16384")));
  EXPECT_THAT(properties, Not(Contains(Pair("sasl.mechanism", testing::_))));
}

TEST_F(KafkaUrlTest, EndsATransactionBeforeABrokerDoes) {
  const Endpoint endpoint = parse("kafka://a/t?transactions=on&rdkafka.transaction.timeout.ms=5");
  EXPECT_TRUE(endpoint.kafka.has_transactions);
  EXPECT_EQ(endpoint.display_name(), "kafka://a:9092/t") << "it is the same job";
  const auto properties = kafka_properties(endpoint.kafka, KafkaEncryption::None);
  EXPECT_THAT(properties, Contains(Pair("transaction.timeout.ms", "900000")));
  EXPECT_THAT(properties, Not(Contains(Pair("message.timeout.ms", testing::_))))
      << "librdkafka refuses one that is longer than the transaction";
  EXPECT_EQ(properties.back().second, "5");
}

TEST_F(KafkaUrlTest, RefusesWhatCannotBeMeant) {
  struct Case {
    const char* url;
    const char* words;
  };
  const Case cases[] = {
      {"kafka://a", "the topic is missing"},
      {"kafka://a/", "the topic is missing"},
      {"kafka://a,tls://b", "is not the name of a topic"},
      {"kafka://a/b/c", "is not the name of a topic"},
      {"kafka://a/..", "is not the name of a topic"},
      {"kafka://a,,b/t", "write a host name"},
      {"kafka://a,b c/t", "write a host name"},
      {"kafka://a,b:0/t", "is not a port"},
      {"kafka://u@a/t", "user name"},
      {"kafka://a/t?key=dst_ip", "write one of: flow_id, src_ip, src_vm, none"},
      {"kafka://a/t?time=now", "write event or send"},
      {"kafka://a/t?sasl=gssapi&user=u", "write one of: plain, scram-sha-256"},
      {"kafka://a/t?sasl=scram-sha-256", "add ?user=NAME"},
      {"kafka://a/t?user=u", "needs ?sasl="},
      {"kafka+tls://a/t?sasl=oauthbearer&user=u", "takes no ?user="},
      {"kafka://a/t?sasl=plain&user=u", "everybody on the way could read the password"},
      {"kafka://a/t?sasl=oauthbearer", "everybody on the way could read the password"},
      {"kafka://a/t?ca-file=/ca", "?ca-file= is unknown"},
      {"kafka://a/t?rdkafka.acks=1", "?rdkafka.acks= is unknown"},
      {"kafka+tls://a/t?rdkafka.ssl.ca.location=/x", "is unknown"},
      {"kafka+tls://a/t?rdkafka.sasl.password=x", "is unknown"},
      {"kafka+tls://a/t?rdkafka.sasl.kerberos.kinit.cmd=x", "is unknown"},
      {"kafka://a/t?transactions=yes", "write one of: on, off"},
      {"kafka://a/t?transactions=on,kafka://b/t?transactions=on", "cannot fail over"},
      {"kafka://a/t?key=none,kafka://b/t", "with the same ?key="},
      {"kafka://a/t,tls://b", "not all of them are of Kafka"},
  };
  for (const Case& row : cases) {
    const Error error = refusal(row.url);
    EXPECT_EQ(error.fault(), Fault::Usage) << row.url;
    EXPECT_THAT(error.what(), HasSubstr(row.words)) << row.url;
  }
}

TEST_F(KafkaUrlTest, LetsAPasswordGoInTheClearOnlyIfThatIsSaid) {
  EXPECT_TRUE(parse("kafka://a/t?sasl=plain&user=u&insecure=1").kafka.allows_open_password);
  EXPECT_FALSE(parse("kafka+tls://a/t?sasl=plain&user=u").kafka.allows_open_password);
  EXPECT_EQ(parse("kafka://a/t?sasl=scram-sha-256&user=u").kafka.sasl, SaslMechanism::ScramSha256);
}

}  // namespace
}  // namespace vrni2syslog
