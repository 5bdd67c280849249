#include "transport/stream/stream_connector.h"

#include "tls/tls_client.h"
#include "transport/net/address_race.h"
#include "transport/net/resolver.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connection.h"
#include "transport/stream/tls_stream.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

/// Bounds the bytes in flight, and so the lines that a lost connection leaves uncertain. More is
/// not faster.
constexpr int kSendBufferBytes = 256 * 1024;
constexpr int kKeepaliveIdleSeconds = 30;
constexpr int kKeepaliveIntervalSeconds = 10;
constexpr int kKeepaliveProbes = 3;

/// An option that the socket refuses is no reason to fail: options only speed up the detection of
/// trouble.
void set_option(int socket, int level, int name, int value) noexcept {
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

asio::awaitable<void> shake_hands(ByteStream& stream, SteadyTime until) {
  while (true) {
    const IoStatus status = stream.handshake();
    if (status == IoStatus::Done) co_return;
    const Readiness wanted =
        status == IoStatus::WantWrite ? Readiness::Writable : Readiness::Readable;
    const bool is_ready = co_await stream.socket().wait(wanted, until);
    if (!is_ready) {
      throw Error(Fault::Unreachable,
                  "the TLS handshake took too long; does it speak TLS on this port?");
    }
  }
}

/// Syslog needs no opening.
asio::awaitable<std::unique_ptr<Transport>> open_syslog(std::unique_ptr<ByteStream> stream,
                                                        Framing framing, CollectorOptions options) {
  co_return make_stream_transport(std::move(stream), framing, options);
}

ProtocolOpener syslog_opener(const Endpoint& endpoint, const CollectorOptions& options) {
  return [framing = endpoint.framing, options](std::unique_ptr<ByteStream> stream) {
    return open_syslog(std::move(stream), framing, options);
  };
}

}  // namespace

StreamConnector::StreamConnector(asio::io_context& loop, const Endpoint& endpoint,
                                 const CollectorOptions& options, StreamMaker make_stream,
                                 ProtocolOpener open_protocol)
    : loop_(loop),
      endpoint_(endpoint),
      options_(options),
      make_stream_(std::move(make_stream)),
      open_protocol_(std::move(open_protocol)) {}

asio::awaitable<std::unique_ptr<Transport>> StreamConnector::connect() {
  std::vector<SocketAddress> addresses =
      co_await resolve(loop_, endpoint_.host, endpoint_.port, SOCK_STREAM,
                       steady_clock::now() + options_.connect_timeout);
  co_return co_await connect_to_any(std::move(addresses));
}

asio::awaitable<std::unique_ptr<Transport>> StreamConnector::connect_to_any(
    std::vector<SocketAddress> addresses) {
  ConnectionRace race(loop_, interleave_families(std::move(addresses)), endpoint_.port,
                      options_.connect_timeout);
  while (true) {
    ConnectionRace::Winner winner = co_await race.next();
    if (!winner.socket) throw failure_of(race);
    const std::size_t number = winner.address;
    try {
      co_return co_await open(std::move(winner.socket), race.addresses()[number], winner.until);
    } catch (const Error& error) {
      if (error.fault() == Fault::Configuration) throw;
      race.reject(number, error);
    }
  }
}

/// What was wrong with each of the addresses.
Error StreamConnector::failure_of(const ConnectionRace& race) const {
  std::string failures;
  bool do_all_refuse = true;
  for (std::size_t i = 0; i < race.addresses().size(); ++i) {
    const std::optional<Error>& failure = race.failures()[i];
    if (!failure) continue;
    do_all_refuse = do_all_refuse && failure->fault() == Fault::Refused;
    if (!failures.empty()) failures += "; ";
    // The caller names the endpoint, so an address that the user gave needs no repetition.
    const std::string address = race.addresses()[i].text();
    if (!endpoint_.display_name().ends_with("://" + address)) failures += address + ": ";
    failures += failure->what();
  }
  return {do_all_refuse ? Fault::Refused : Fault::Unreachable, failures};
}

asio::awaitable<std::unique_ptr<Transport>> StreamConnector::open(
    std::unique_ptr<WatchedDescriptor> socket, SocketAddress address, SteadyTime until) {
  set_socket_options(socket->get());
  std::unique_ptr<ByteStream> stream = make_stream_(std::move(socket), address.text());
  co_await shake_hands(*stream, until);
  co_return co_await open_protocol_(std::move(stream));
}

void StreamConnector::set_socket_options(int socket) const {
  set_option(socket, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
  // No TCP_USER_TIMEOUT: if the peer's window is smaller than a segment, its time runs although the
  // peer takes bytes. ProgressWatch tells slow from dead.
}

StreamMaker plain_stream_maker() {
  return [](std::unique_ptr<WatchedDescriptor> socket, std::string peer) {
    return std::make_unique<PlainStream>(std::move(socket), std::move(peer));
  };
}

StreamMaker tls_stream_maker(const Endpoint& endpoint) {
  (void)PeerVerification(endpoint.tls, endpoint.host).make_context();
  return [settings = endpoint.tls, host = endpoint.host](std::unique_ptr<WatchedDescriptor> socket,
                                                         std::string peer) {
    return make_tls_stream(std::move(socket), std::move(peer), settings, host);
  };
}

asio::awaitable<std::unique_ptr<Transport>> connect_tcp(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options) {
  StreamConnector connector(loop, endpoint, options, plain_stream_maker(),
                            syslog_opener(endpoint, options));
  co_return co_await connector.connect();
}

asio::awaitable<std::unique_ptr<Transport>> connect_tls(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options) {
  StreamConnector connector(loop, endpoint, options, tls_stream_maker(endpoint),
                            syslog_opener(endpoint, options));
  co_return co_await connector.connect();
}

}  // namespace vrni2syslog
