#include "transport/contract/endpoint.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

Endpoint network(const char* scheme, const char* host, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.scheme = scheme;
  endpoint.host = host;
  endpoint.port = port;
  return endpoint;
}

TEST(Endpoint, ShowsHostAndPort) {
  EXPECT_EQ(network("tls", "vrli", 6514).display_name(), "tls://vrli:6514");
  EXPECT_EQ(network("tcp", "2001:db8::1", 514).display_name(), "tcp://[2001:db8::1]:514");
}

TEST(Endpoint, ShowsAllBrokersAndTheTopic) {
  Endpoint endpoint = network("kafka", "a", 9092);
  endpoint.kafka.brokers = "a:9092,b:9092";
  endpoint.kafka.topic = "flows";
  EXPECT_EQ(endpoint.display_name(), "kafka://a:9092,b:9092/flows");
}

TEST(Endpoint, ShowsPathsAndStandardOutput) {
  Endpoint file;
  file.scheme = "file";
  file.path = "/var/log/flows";
  EXPECT_EQ(file.display_name(), "file:///var/log/flows");
  Endpoint output;
  output.scheme = "-";
  EXPECT_EQ(output.display_name(), "standard output");
}

TEST(Endpoint, ListsAddressesInTheOrderOfFailOver) {
  EXPECT_EQ(list_names({network("tls", "a", 6514), network("tcp", "b", 514)}),
            "tls://a:6514,tcp://b:514");
}

}  // namespace
}  // namespace vrni2syslog
