#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// Connects for unix:///dev/log: sends datagrams if the socket takes them, otherwise a stream.
/// Throws Error(Unreachable), and Error(Configuration) if the path is too long for a socket.
asio::awaitable<std::unique_ptr<Transport>> connect_unix(asio::io_context& loop,
                                                         const Endpoint& endpoint,
                                                         const CollectorOptions& options);

}  // namespace vrni2syslog
