// A cluster of brokers for tests, made of librdkafka's own mock (rdkafka_mock.h), whose faults are
// told on standard input. It prints its bootstrap servers, and "ok" or "error: ..." for each
// command. It ends with its standard input.
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <librdkafka/rdkafka.h>
// It needs the other header before it.
#include <librdkafka/rdkafka_mock.h>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Cluster = rd_kafka_mock_cluster_t;
using Words = std::vector<std::string>;

constexpr std::size_t max_errors = 10'000;

struct Command {
  std::size_t words;
  const char* usage;
  std::function<rd_kafka_resp_err_t(Cluster*, const Words&)> carry_out;
};

int number_of(const std::string& word) {
  int number = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
  if (result.ec != std::errc{} || result.ptr != word.data() + word.size()) {
    throw std::invalid_argument("not a number: " + word);
  }
  return number;
}

// librdkafka's way of saying every broker.
int broker_of(const std::string& word) {
  return word == "all" ? -1 : number_of(word);
}

rd_kafka_resp_err_t push_errors(Cluster* cluster, const Words& words) {
  const auto count = static_cast<std::size_t>(number_of(words[3]));
  if (count > max_errors) {
    throw std::invalid_argument("too many errors: " + words[3]);
  }
  const std::vector<rd_kafka_resp_err_t> errors(
      count, static_cast<rd_kafka_resp_err_t>(number_of(words[2])));
  rd_kafka_mock_push_request_errors_array(cluster, static_cast<std::int16_t>(number_of(words[1])),
                                          errors.size(), errors.data());
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t clear_errors(Cluster* cluster, const Words& words) {
  rd_kafka_mock_clear_request_errors(cluster, static_cast<std::int16_t>(number_of(words[1])));
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t set_topic_error(Cluster* cluster, const Words& words) {
  rd_kafka_mock_topic_set_error(cluster, words[1].c_str(),
                                static_cast<rd_kafka_resp_err_t>(number_of(words[2])));
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

const std::map<std::string, Command>& commands() {
  static const std::map<std::string, Command> table = {
      {"topic",
       {4, "topic NAME PARTITIONS REPLICAS",
        [](Cluster* cluster, const Words& words) {
          return rd_kafka_mock_topic_create(cluster, words[1].c_str(), number_of(words[2]),
                                            number_of(words[3]));
        }}},
      {"topic-error", {3, "topic-error NAME CODE: what metadata says of it", set_topic_error}},
      {"down",
       {2, "down BROKER|all",
        [](Cluster* cluster, const Words& words) {
          return rd_kafka_mock_broker_set_down(cluster, broker_of(words[1]));
        }}},
      {"up",
       {2, "up BROKER|all",
        [](Cluster* cluster, const Words& words) {
          return rd_kafka_mock_broker_set_up(cluster, broker_of(words[1]));
        }}},
      {"rtt",
       {3, "rtt BROKER|all MILLISECONDS: how late it answers",
        [](Cluster* cluster, const Words& words) {
          return rd_kafka_mock_broker_set_rtt(cluster, broker_of(words[1]), number_of(words[2]));
        }}},
      {"leader",
       {4, "leader TOPIC PARTITION BROKER",
        [](Cluster* cluster, const Words& words) {
          return rd_kafka_mock_partition_set_leader(cluster, words[1].c_str(), number_of(words[2]),
                                                    number_of(words[3]));
        }}},
      {"error",
       {4, "error API CODE COUNT: the answers to so many next requests of that kind", push_errors}},
      {"clear", {2, "clear API: no more errors", clear_errors}},
  };
  return table;
}

std::string carry_out(Cluster* cluster, const std::string& line) {
  std::istringstream stream(line);
  Words words;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  const auto command = words.empty() ? commands().end() : commands().find(words[0]);
  if (command == commands().end()) {
    return "error: no such command: " + line;
  }
  if (words.size() != command->second.words) {
    return std::string("error: usage: ") + command->second.usage;
  }
  try {
    const auto error = command->second.carry_out(cluster, words);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? "ok"
                                               : std::string("error: ") + rd_kafka_err2str(error);
  } catch (const std::invalid_argument& error) {
    return std::string("error: ") + error.what();
  }
}

void serve(int brokers) {
  // The cluster needs the instance for its log and its thread.
  char message[512];
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> instance(
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), message, sizeof message),
      rd_kafka_destroy);
  if (instance == nullptr) {
    throw std::runtime_error(message);
  }
  const std::unique_ptr<Cluster, decltype(&rd_kafka_mock_cluster_destroy)> cluster(
      rd_kafka_mock_cluster_new(instance.get(), brokers), rd_kafka_mock_cluster_destroy);
  if (cluster == nullptr) {
    throw std::runtime_error("librdkafka cannot make a mock cluster");
  }
  std::cout << rd_kafka_mock_cluster_bootstraps(cluster.get()) << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << carry_out(cluster.get(), line) << std::endl;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: kafka-mock BROKERS; commands on standard input:\n", stderr);
    for (const auto& [name, command] : commands()) {
      std::fprintf(stderr, "  %s\n", command.usage);
    }
    return 64;
  }
  try {
    serve(number_of(arguments[1]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kafka-mock: %s\n", error.what());
    return 70;
  }
}
