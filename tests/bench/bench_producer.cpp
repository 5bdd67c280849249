// Sends the lines of a file to a topic of Kafka with librdkafka, and does as little else as it can:
// no key, no headers, no copy of a line, a thousand lines a call, and no report of a line that was
// delivered. Shows how much of what sending costs is librdkafka.
//
//   bench_producer BROKERS TOPIC FILE [PROPERTY=VALUE...]      properties of librdkafka

#include "base/freed_by.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::bench {
namespace {

constexpr std::size_t kLinesOfBatch = 1000;
/// How long to wait for room, and for the last confirmations.
constexpr int kRoomWaitMs = 20;
constexpr int kFlushWaitMs = 60'000;

/// Exits at once: nothing that follows could be a measurement.
void on_failure(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* /*self*/) {
  std::fprintf(stderr, "bench_producer: %s\n", rd_kafka_err2str(message->err));
  std::exit(70);
}

class Producer {
 public:
  Producer(const std::string& brokers, const char* topic, std::span<char* const> properties) {
    rd_kafka_conf_t* const settings = rd_kafka_conf_new();
    set(settings, "bootstrap.servers", brokers);
    set(settings, "delivery.report.only.error", "true");
    for (const std::string_view property : properties) {
      const std::size_t end = property.find('=');
      if (end == std::string_view::npos) throw std::invalid_argument("a property has no value");
      set(settings, std::string(property.substr(0, end)), std::string(property.substr(end + 1)));
    }
    rd_kafka_conf_set_dr_msg_cb(settings, &on_failure);
    std::array<char, 512> error{};
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, settings, error.data(), error.size()));
    if (!client_) throw std::runtime_error(error.data());
    topic_.reset(rd_kafka_topic_new(client_.get(), topic, nullptr));
    if (!topic_) throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
  }

  /// The lines must stay where they are until flush() returns.
  void send(std::span<const std::string_view> lines) {
    std::vector<rd_kafka_message_t> left;
    for (const std::string_view line : lines) {
      rd_kafka_message_t message{};
      message.payload = const_cast<char*>(line.data());  // it is only read
      message.len = line.size();
      left.push_back(message);
    }
    while (!left.empty()) {
      rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, 0, left.data(),
                             static_cast<int>(left.size()));
      std::erase_if(left, [](const rd_kafka_message_t& message) { return message.err == 0; });
      for (rd_kafka_message_t& message : left) {
        if (message.err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
          throw std::runtime_error(rd_kafka_err2str(message.err));
        message.err = RD_KAFKA_RESP_ERR_NO_ERROR;
      }
      rd_kafka_poll(client_.get(), left.empty() ? 0 : kRoomWaitMs);
    }
  }

  void flush() {
    if (const rd_kafka_resp_err_t error = rd_kafka_flush(client_.get(), kFlushWaitMs); error != 0)
      throw std::runtime_error(rd_kafka_err2str(error));
  }

 private:
  static void set(rd_kafka_conf_t* settings, const std::string& name, const std::string& value) {
    std::array<char, 512> error{};
    if (rd_kafka_conf_set(settings, name.c_str(), value.c_str(), error.data(), error.size()) !=
        RD_KAFKA_CONF_OK)
      throw std::invalid_argument(error.data());
  }

  std::unique_ptr<rd_kafka_t, FreedBy<rd_kafka_destroy>> client_;
  std::unique_ptr<rd_kafka_topic_t, FreedBy<rd_kafka_topic_destroy>> topic_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path) {
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw std::runtime_error("cannot read " + path.string());
  return bytes;
}

void run(std::span<char* const> arguments) {
  const std::string bytes = read_file(arguments[2]);
  Producer producer(arguments[0], arguments[1], arguments.subspan(3));
  std::vector<std::string_view> lines;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (lines.size() < kLinesOfBatch && !rest.empty()) continue;
    producer.send(lines);
    lines.clear();
  }
  producer.flush();
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bench_producer BROKERS TOPIC FILE [PROPERTY=VALUE...]\n");
    return 64;
  }
  try {
    vrni2syslog::bench::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_producer: %s\n", error.what());
    return 70;
  }
  return 0;
}
