// In place of kafka_connection.cpp and what it needs, for a program without librdkafka.

#include "base/error.h"
#include "transport/kafka/kafka_connection.h"

namespace vrni2syslog {

void require_kafka() {
  throw Error(Fault::Usage,
              "this program was built without Kafka; install librdkafka (on Debian "
              "librdkafka-dev) and build it again with -Dkafka=enabled");
}

// read_kafka_options() has refused every address.

asio::awaitable<std::unique_ptr<Transport>> connect_kafka(asio::io_context&, const Endpoint&,
                                                          const CollectorOptions&) {
  require_kafka();
  co_return nullptr;
}

asio::awaitable<std::unique_ptr<Transport>> connect_kafka_tls(asio::io_context&, const Endpoint&,
                                                              const CollectorOptions&) {
  require_kafka();
  co_return nullptr;
}

}  // namespace vrni2syslog
