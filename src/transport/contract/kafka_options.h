#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// What of a flow becomes the key of its record. Records of one key keep their order.
enum class RecordKey : std::uint8_t { FlowId, SourceIp, SourceVm, None };

/// How the account of a collector's URL logs in (RFC 4422 mechanisms).
enum class SaslMechanism : std::uint8_t { None, Plain, ScramSha256, ScramSha512, OauthBearer };

/// What a URL says of a topic of Kafka.
struct KafkaOptions {
  /// The brokers to ask first, as librdkafka wants them: "a:9092,[2001:db8::1]:9092"; empty unless
  /// the scheme is Kafka's.
  std::string brokers;
  std::string topic;
  RecordKey key = RecordKey::FlowId;
  bool has_event_time = false;  ///< records bear the time of the flow, and not that of sending
  SaslMechanism sasl = SaslMechanism::None;
  std::string user;  ///< empty for OauthBearer, whose token says who we are
  /// An epoch is one transaction, which also says how far the job is (?transactions=on).
  bool has_transactions = false;
  /// The password may go over the network as it is (?insecure=1 without TLS).
  bool allows_open_password = false;
  /// Properties of librdkafka (?rdkafka.NAME=VALUE), without the prefix.
  std::vector<std::pair<std::string, std::string>> properties;
};

}  // namespace vrni2syslog
