#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"
#include "transport/net/connection_race.h"
#include "transport/net/socket_address.h"
#include "transport/net/watched_descriptor.h"
#include "transport/stream/byte_stream.h"
#include "transport/stream/line_connection.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Lines over a TCP connection, with or without TLS, in any protocol. Tries every address that the
/// host name has: takes the first that connects, and goes on with the others where its TLS
/// handshake or the protocol's opening fails.
class TcpTransport final : public Transport {
 public:
  /// Puts a stream around a connected socket, which outlives it.
  using StreamMaker = std::function<std::unique_ptr<ByteStream>(int socket)>;

  /// Puts a protocol on the stream.
  using ConnectionMaker = std::function<std::unique_ptr<LineConnection>(
      std::unique_ptr<WatchedDescriptor> socket, std::unique_ptr<ByteStream> stream)>;

  /// Syslog with the endpoint's framing.
  TcpTransport(const TransportContext& context, StreamMaker make_stream);
  TcpTransport(const TransportContext& context, StreamMaker make_stream,
               ConnectionMaker make_connection);

  asio::awaitable<void> open() override;
  /// open() for addresses that are known: takes the first that can be used. The error tells what
  /// was wrong with each.
  asio::awaitable<void> open_any(std::vector<SocketAddress> addresses);
  asio::awaitable<void> send(const LineBatch& lines) override { return connection_->send(lines); }
  asio::awaitable<Error> watch() override { return connection_->watch(); }
  asio::awaitable<Receipt> close() override { return connection_->close(); }
  [[nodiscard]] std::string peer_description() const override { return peer_; }

 private:
  [[nodiscard]] Error failure_of(const ConnectionRace& race) const;
  asio::awaitable<void> open_connection(std::unique_ptr<WatchedDescriptor> socket,
                                        SocketAddress address, SteadyTime until);
  void set_socket_options(int socket) const;

  asio::io_context& loop_;
  Endpoint endpoint_;
  CollectorOptions options_;
  StreamMaker make_stream_;
  ConnectionMaker make_connection_;
  std::unique_ptr<LineConnection> connection_;
  std::string peer_;
};

/// Streams without TLS.
[[nodiscard]] TcpTransport::StreamMaker plain_stream_maker();

/// tcp://
[[nodiscard]] std::unique_ptr<Transport> make_tcp_transport(const TransportContext& context);

}  // namespace vrni2syslog
