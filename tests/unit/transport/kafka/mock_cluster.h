#pragma once

#include "base/error.h"

#include <cstdint>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What a consumer reads of a record.
struct StoredRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string> key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;

  [[nodiscard]] std::string header(const std::string& name) const {
    for (const auto& [known, text] : headers) {
      if (known == name) return text;
    }
    return {};
  }
};

/// A cluster of librdkafka's mock brokers, numbered from 1 on, in this process.
class MockCluster {
 public:
  /// Kinds of requests (the protocol's API keys).
  static constexpr std::int16_t kProduce = 0;

  explicit MockCluster(int brokers = 1) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    cluster_ = rd_kafka_mock_cluster_new(handle_, brokers);
    brokers_ = rd_kafka_mock_cluster_bootstraps(cluster_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(handle_);
  }

  [[nodiscard]] rd_kafka_mock_cluster_t* get() noexcept { return cluster_; }
  [[nodiscard]] std::string url(const std::string& topic, const std::string& query = {}) const {
    return "kafka://" + brokers_ + "/" + topic + query;
  }
  void create_topic(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }
  void fail(std::int16_t request, rd_kafka_resp_err_t error, std::size_t times) {
    const std::vector<rd_kafka_resp_err_t> errors(times, error);
    rd_kafka_mock_push_request_errors_array(cluster_, request, times, errors.data());
  }

  /// Reads so many records of a topic, partition by partition in their order.
  [[nodiscard]] std::vector<StoredRecord> read(const std::string& topic, int partitions,
                                               std::size_t count) const {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers_.c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "group.id", "tests", nullptr, 0);
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, nullptr, 0);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i)
      rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = 0;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    std::map<std::pair<std::int32_t, std::int64_t>, StoredRecord> found;
    while (found.size() < count) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 10'000);
      if (message == nullptr) break;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        found[{message->partition, message->offset}] = record_of(*message);
      rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    std::vector<StoredRecord> records;
    for (auto& [place, record] : found) records.push_back(std::move(record));
    return records;
  }

 private:
  static StoredRecord record_of(const rd_kafka_message_t& message) {
    StoredRecord record{message.partition, message.offset, {}, {}, {}};
    record.value.assign(static_cast<const char*>(message.payload), message.len);
    if (message.key != nullptr)
      record.key.emplace(static_cast<const char*>(message.key), message.key_len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
      record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    return record;
  }

  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  std::string brokers_;
};

}  // namespace vrni2syslog
