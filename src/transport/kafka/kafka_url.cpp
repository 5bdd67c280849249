#include "transport/kafka/kafka_url.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "transport/kafka/kafka_connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vrni2syslog {
namespace {

template <typename Value>
struct Word {
  std::string_view text;
  Value value;
};

constexpr Word<RecordKey> kRecordKeys[] = {{"flow_id", RecordKey::FlowId},
                                           {"src_ip", RecordKey::SourceIp},
                                           {"src_vm", RecordKey::SourceVm},
                                           {"none", RecordKey::None}};
constexpr Word<SaslMechanism> kMechanisms[] = {{"plain", SaslMechanism::Plain},
                                               {"scram-sha-256", SaslMechanism::ScramSha256},
                                               {"scram-sha-512", SaslMechanism::ScramSha512},
                                               {"oauthbearer", SaslMechanism::OauthBearer}};

constexpr Word<bool> kSwitch[] = {{"on", true}, {"off", false}};

/// What users may set of librdkafka: nothing that says whom to trust, how to log in, what counts as
/// delivered, or which files and programs are used.
constexpr std::string_view kOpenProperties[] = {"batch.num.messages",
                                                "batch.size",
                                                "broker.address.family",
                                                "client.id",
                                                "client.rack",
                                                "compression.codec",
                                                "compression.level",
                                                "linger.ms",
                                                "message.max.bytes",
                                                "metadata.max.age.ms",
                                                "queue.buffering.max.kbytes",
                                                "queue.buffering.max.messages",
                                                "reconnect.backoff.max.ms",
                                                "reconnect.backoff.ms",
                                                "request.timeout.ms",
                                                "retry.backoff.ms",
                                                "socket.connection.setup.timeout.ms",
                                                "socket.keepalive.enable",
                                                "socket.receive.buffer.bytes",
                                                "socket.send.buffer.bytes",
                                                "socket.timeout.ms",
                                                "transaction.timeout.ms"};

template <typename Value>
[[nodiscard]] Value parse_word(std::string_view option, const std::string& text,
                               std::span<const Word<Value>> words) {
  const auto row = std::ranges::find(words, text, &Word<Value>::text);
  if (row != words.end()) return row->value;
  std::vector<std::string_view> known;
  std::ranges::transform(words, std::back_inserter(known), &Word<Value>::text);
  throw Error(Fault::Usage, fmt::format("?{}={} is not known; write one of: {}", option,
                                        printable(text), fmt::join(known, ", ")));
}

void read_login(UrlOptions& options, KafkaOptions& kafka) {
  if (const auto sasl = options.take("sasl"))
    kafka.sasl = parse_word<SaslMechanism>("sasl", *sasl, kMechanisms);
  if (const auto user = options.take("user")) kafka.user = *user;
  const bool has_account =
      kafka.sasl != SaslMechanism::None && kafka.sasl != SaslMechanism::OauthBearer;
  if (has_account && kafka.user.empty())
    throw Error(Fault::Usage, "?sasl= needs an account; add ?user=NAME");
  if (kafka.user.empty() || has_account) return;
  throw Error(Fault::Usage,
              kafka.sasl == SaslMechanism::None
                  ? "?user= needs ?sasl=plain, ?sasl=scram-sha-256 or ?sasl=scram-sha-512"
                  : "?sasl=oauthbearer takes no ?user=, since the token says who we are");
}

/// SCRAM proves that it knows the password without showing it.
void require_hidden_password(const KafkaOptions& kafka, KafkaEncryption encryption) {
  const bool is_shown =
      kafka.sasl == SaslMechanism::Plain || kafka.sasl == SaslMechanism::OauthBearer;
  if (!is_shown || encryption == KafkaEncryption::Tls || kafka.allows_open_password) return;
  throw Error(Fault::Usage,
              "without TLS everybody on the way could read the password; write kafka+tls://, or "
              "?insecure=1 if that does no harm");
}

[[nodiscard]] std::string_view mechanism_name(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::None:
      break;
    case SaslMechanism::Plain:
      return "PLAIN";
    case SaslMechanism::ScramSha256:
      return "SCRAM-SHA-256";
    case SaslMechanism::ScramSha512:
      return "SCRAM-SHA-512";
    case SaslMechanism::OauthBearer:
      return "OAUTHBEARER";
  }
  return {};
}

}  // namespace

std::string parse_topic(std::string_view path) {
  constexpr std::size_t kMaxTopicBytes = 249;
  const std::string_view topic = path.substr(std::min<std::size_t>(1, path.size()));
  const bool is_fit = !topic.empty() && topic.size() <= kMaxTopicBytes && topic != "." &&
                      topic != ".." && std::ranges::all_of(topic, [](char c) {
                        return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
                      });
  if (is_fit) return std::string(topic);
  throw Error(Fault::Usage,
              topic.empty() ? std::string("the topic is missing; write kafka://BROKER/TOPIC")
                            : fmt::format("\"{}\" is not the name of a topic, which has up to {} "
                                          "letters, digits, \".\", \"_\" and \"-\"",
                                          printable(topic, 80), kMaxTopicBytes));
}

KafkaOptions read_kafka_options(UrlOptions& options, KafkaEncryption encryption) {
  require_kafka();
  KafkaOptions kafka;
  if (const auto key = options.take("key"))
    kafka.key = parse_word<RecordKey>("key", *key, kRecordKeys);
  if (const auto time = options.take("time")) {
    kafka.has_event_time = *time == "event";
    if (!kafka.has_event_time && *time != "send")
      throw Error(Fault::Usage,
                  fmt::format("?time={} is not known; write event or send", printable(*time)));
  }
  if (const auto transactions = options.take("transactions"))
    kafka.has_transactions = parse_word<bool>("transactions", *transactions, kSwitch);
  read_login(options, kafka);
  if (encryption == KafkaEncryption::None)
    kafka.allows_open_password = options.take_switch("insecure").value_or(false);
  require_hidden_password(kafka, encryption);
  for (const std::string_view name : kOpenProperties) {
    if (auto value = options.take(fmt::format("rdkafka.{}", name)))
      kafka.properties.emplace_back(name, *std::move(value));
  }
  return kafka;
}

std::vector<std::pair<std::string, std::string>> kafka_properties(const KafkaOptions& options,
                                                                  KafkaEncryption encryption) {
  const bool has_tls = encryption == KafkaEncryption::Tls;
  const bool has_login = options.sasl != SaslMechanism::None;
  std::vector<std::pair<std::string, std::string>> properties = {
      {"bootstrap.servers", options.brokers},
      {"security.protocol",
       has_login ? (has_tls ? "sasl_ssl" : "sasl_plaintext") : (has_tls ? "ssl" : "plaintext")},
      {"client.id", "vrni2syslog"},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      // As the tools in Java choose the partition of a key.
      {"partitioner", "murmur2_random"},
      {"allow.auto.create.topics", "false"},
      // The headers of a record are not counted in these kilobytes, and take as much again as a
      // line. With a slow broker 10,000 records were 35 MB.
      {"queue.buffering.max.kbytes", "16384"},
      {"queue.buffering.max.messages", "3000"},
      // Lines come by the thousand. Waiting longer for more than fit into the queue would bound the
      // rate and cost as much.
      {"linger.ms", "5"},
      {"compression.codec", "lz4"},
      {"statistics.interval.ms", "0"},
      {"log.connection.close", "false"},
      {"log.queue", "true"},
  };
  if (options.has_transactions) {
    // The most that brokers allow by default. librdkafka waits as long for a report.
    properties.emplace_back("transaction.timeout.ms", "900000");
  } else {
    // The run's limits end the wait for a report, and nothing before them.
    properties.emplace_back("message.timeout.ms", "0");
  }
  if (has_login) properties.emplace_back("sasl.mechanism", mechanism_name(options.sasl));
  if (!options.user.empty()) properties.emplace_back("sasl.username", options.user);
  properties.insert(properties.end(), options.properties.begin(), options.properties.end());
  return properties;
}

}  // namespace vrni2syslog
