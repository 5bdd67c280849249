#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"
#include "transport/net/connection_race.h"
#include "transport/net/socket_address.h"
#include "transport/net/watched_descriptor.h"
#include "transport/stream/byte_stream.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Puts a stream around a connected socket; `peer` is the address of the other end.
using StreamMaker = std::function<std::unique_ptr<ByteStream>(
    std::unique_ptr<WatchedDescriptor> socket, std::string peer)>;

/// Begins a protocol on a stream that has shaken hands. Throws Error if the peer does not agree.
using ProtocolOpener =
    std::function<asio::awaitable<std::unique_ptr<Transport>>(std::unique_ptr<ByteStream> stream)>;

/// Streams without TLS.
[[nodiscard]] StreamMaker plain_stream_maker();
/// Streams with TLS as the endpoint says. Throws Error(Configuration) for certificate files that
/// cannot be used, before anything is tried: that is the user's fault and not the collector's.
[[nodiscard]] StreamMaker tls_stream_maker(const Endpoint& endpoint);

/// Connects to an endpoint over TCP and opens a protocol on the connection. Tries every address
/// that the host name has: takes the first that connects, and goes on with the others if its TLS
/// handshake or the protocol's opening fails.
class StreamConnector {
 public:
  /// All references must outlive the connector.
  StreamConnector(asio::io_context& loop, const Endpoint& endpoint, const CollectorOptions& options,
                  StreamMaker make_stream, ProtocolOpener open_protocol);

  /// Throws Error(Unreachable) that tells what was wrong with each address, or Error(Refused) if
  /// every one of them refuses us.
  asio::awaitable<std::unique_ptr<Transport>> connect();
  /// The same for addresses that are known already.
  asio::awaitable<std::unique_ptr<Transport>> connect_to_any(std::vector<SocketAddress> addresses);

 private:
  asio::awaitable<std::unique_ptr<Transport>> open(std::unique_ptr<WatchedDescriptor> socket,
                                                   SocketAddress address, SteadyTime until);
  void set_socket_options(int socket) const;
  [[nodiscard]] Error failure_of(const ConnectionRace& race) const;

  asio::io_context& loop_;
  const Endpoint& endpoint_;
  const CollectorOptions& options_;
  StreamMaker make_stream_;
  ProtocolOpener open_protocol_;
};

/// Connect for tcp:// (RFC 6587) and tls:// (RFC 5425, RFC 9662), and throw as StreamConnector and
/// tls_stream_maker() do.
asio::awaitable<std::unique_ptr<Transport>> connect_tcp(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options);
asio::awaitable<std::unique_ptr<Transport>> connect_tls(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options);

}  // namespace vrni2syslog
