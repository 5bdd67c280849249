#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>
#include <string>

namespace vrni2syslog {

/// Whether a sender of datagrams pauses now and then: a network drops what comes too fast, but a
/// unix socket makes the sender wait.
enum class Pacing { None, Pauses };

/// One line is one datagram (RFC 5426 section 3.1), over a connected socket. `peer` is the
/// peer_description(). No more than `Written` is ever known.
[[nodiscard]] std::unique_ptr<Transport> make_datagram_transport(
    std::unique_ptr<WatchedDescriptor> socket, std::string peer, Pacing pacing,
    const CollectorOptions& options);

/// Connects for udp:// (RFC 5426): takes the first address that there is a route to. Only sending
/// shows whether anybody listens there. Throws Error(Unreachable).
asio::awaitable<std::unique_ptr<Transport>> connect_udp(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options);

}  // namespace vrni2syslog
