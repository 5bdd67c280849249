#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// Connect for relp:// and relps:// (RELP inside of TLS) and open a session, which serves for any
/// number of epochs. Throw as StreamConnector does, and for relps:// as tls_stream_maker() does.
asio::awaitable<std::unique_ptr<Transport>> connect_relp(asio::io_context& loop,
                                                         const Endpoint& endpoint,
                                                         const CollectorOptions& options);
asio::awaitable<std::unique_ptr<Transport>> connect_relps(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options);

}  // namespace vrni2syslog
