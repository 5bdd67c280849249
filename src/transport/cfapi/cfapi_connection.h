#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// `cfapi+http://`: opens a session with the ingestion API of Log Insight, without TLS. Each line
/// is an event in the format cfapi (format/cfapi/cfapi_layout.h). The collector's count of the
/// events that it has stored is the proof; if it is not the number that was sent, in one request,
/// the epoch has failed. Scheme::connect tells what it throws.
asio::awaitable<std::unique_ptr<Transport>> connect_cfapi_http(asio::io_context& loop,
                                                               const Endpoint& endpoint,
                                                               const CollectorOptions& options);
/// `cfapi://`: the same over HTTPS.
asio::awaitable<std::unique_ptr<Transport>> connect_cfapi(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options);

}  // namespace vrni2syslog
