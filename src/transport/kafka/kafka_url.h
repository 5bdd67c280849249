#pragma once

#include "transport/contract/kafka_options.h"
#include "transport/contract/url.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// Whether what the brokers are sent can be read on the way.
enum class KafkaEncryption { None, Tls };

/// The topic that a URL's path names: "/flows". Throws Error(Usage) for what is no topic.
[[nodiscard]] std::string parse_topic(std::string_view path);

/// Takes the options of Kafka from a URL's query, and those that begin with "rdkafka.". Throws
/// Error(Usage), also if this program has no Kafka, and if a password would go over the network
/// as it is.
[[nodiscard]] KafkaOptions read_kafka_options(UrlOptions& options, KafkaEncryption encryption);

/// The properties of librdkafka with which records are delivered: all but the secrets and what
/// belongs to TLS. Those of the URL come last.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> kafka_properties(
    const KafkaOptions& options, KafkaEncryption encryption);

}  // namespace vrni2syslog
