#include "transport/stream/tcp_transport.h"

#include "base/error.h"
#include "transport/net/address_race.h"
#include "transport/net/resolver.h"
#include "transport/stream/handshake.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connection.h"

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

/// Bounds what is in flight, and so what a lost connection leaves uncertain; more brings no speed.
constexpr int kSendBufferBytes = 256 * 1024;
constexpr int kKeepaliveIdleSeconds = 30;
constexpr int kKeepaliveIntervalSeconds = 10;
constexpr int kKeepaliveProbes = 3;

/// What a socket refuses of these is no reason to fail: they only hasten the detection of trouble.
void set_option(int socket, int level, int name, int value) noexcept {
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

TcpTransport::ConnectionMaker syslog_connection_maker(const TransportContext& context) {
  StreamConnection::Rules rules;
  rules.framing = context.endpoint.framing;
  rules.options = context.options;
  return [rules](std::unique_ptr<WatchedDescriptor> socket, std::unique_ptr<ByteStream> stream) {
    return std::make_unique<StreamConnection>(std::move(socket), std::move(stream), rules);
  };
}

}  // namespace

TcpTransport::TcpTransport(const TransportContext& context, StreamMaker make_stream)
    : TcpTransport(context, std::move(make_stream), syslog_connection_maker(context)) {}

TcpTransport::TcpTransport(const TransportContext& context, StreamMaker make_stream,
                           ConnectionMaker make_connection)
    : loop_(context.loop),
      endpoint_(context.endpoint),
      options_(context.options),
      make_stream_(std::move(make_stream)),
      make_connection_(std::move(make_connection)) {}

asio::awaitable<void> TcpTransport::open() {
  std::vector<SocketAddress> addresses =
      co_await resolve(loop_, endpoint_.host, endpoint_.port, SOCK_STREAM,
                       steady_clock::now() + options_.connect_timeout);
  co_await open_any(std::move(addresses));
}

asio::awaitable<void> TcpTransport::open_any(std::vector<SocketAddress> addresses) {
  ConnectionRace race(loop_, interleave_families(std::move(addresses)), endpoint_.port,
                      options_.connect_timeout);
  while (true) {
    ConnectionRace::Winner winner = co_await race.next();
    if (!winner.socket) throw failure_of(race);
    const std::size_t number = winner.address;
    try {
      co_await open_connection(std::move(winner.socket), race.addresses()[number], winner.until);
      co_return;
    } catch (const Error& error) {
      if (error.fault() == Fault::Configuration) throw;
      race.reject(number, error);
    }
  }
}

/// What was wrong with each of the addresses.
Error TcpTransport::failure_of(const ConnectionRace& race) const {
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

asio::awaitable<void> TcpTransport::open_connection(std::unique_ptr<WatchedDescriptor> socket,
                                                    SocketAddress address, SteadyTime until) {
  set_socket_options(socket->get());
  std::unique_ptr<ByteStream> stream = make_stream_(socket->get());
  co_await shake_hands(*stream, *socket, until);
  connection_ = make_connection_(std::move(socket), std::move(stream));
  co_await connection_->open();
  const std::string description = connection_->description();
  peer_ = description.empty() ? address.text() : address.text() + ", " + description;
}

void TcpTransport::set_socket_options(int socket) const {
  set_option(socket, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
  const auto limit = std::min<std::chrono::milliseconds::rep>(options_.progress_timeout.count(),
                                                              std::numeric_limits<int>::max());
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(limit));
}

TcpTransport::StreamMaker plain_stream_maker() {
  return [](int socket) { return std::make_unique<PlainStream>(socket); };
}

std::unique_ptr<Transport> make_tcp_transport(const TransportContext& context) {
  return std::make_unique<TcpTransport>(context, plain_stream_maker());
}

}  // namespace vrni2syslog
