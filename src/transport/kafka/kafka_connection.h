#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// Throws Error(Usage) with the remedy if this program was built without librdkafka.
void require_kafka();

/// `kafka://`: produces to a topic of Kafka, without TLS. Each line is a record. The proof is the
/// delivery report of every record, with which the leader of the partition and all its in-sync
/// replicas say that they have it. The producer is idempotent, so that what librdkafka repeats is
/// stored once and in order. Scheme::connect tells what it throws.
asio::awaitable<std::unique_ptr<Transport>> connect_kafka(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options);
/// `kafka+tls://`: the same over TLS.
asio::awaitable<std::unique_ptr<Transport>> connect_kafka_tls(asio::io_context& loop,
                                                              const Endpoint& endpoint,
                                                              const CollectorOptions& options);

}  // namespace vrni2syslog
