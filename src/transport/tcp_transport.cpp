#include "transport/tcp_transport.h"

#include "base/error.h"
#include "transport/connect.h"
#include "transport/handshake.h"
#include "transport/plain_stream.h"
#include "transport/resolver.h"
#include "transport/stream_connection.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
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
  std::string failures;
  bool are_lasting = true;
  for (const SocketAddress& address : addresses) {
    try {
      co_await open_address(address);
      co_return;
    } catch (const Error& error) {
      if (error.exit_status() == ExitStatus::Configuration) throw;
      are_lasting = are_lasting && error.is_lasting();
      if (!failures.empty()) failures += "; ";
      // The caller names the endpoint, so an address that the user gave needs no repetition.
      if (!endpoint_.display_name().ends_with("://" + address.text()))
        failures += address.text() + ": ";
      failures += error.what();
    }
  }
  const Error failure(ExitStatus::Unavailable, failures);
  throw are_lasting ? failure.lasting() : failure;
}

asio::awaitable<void> TcpTransport::open_address(SocketAddress address) {
  const SteadyTime until = steady_clock::now() + options_.connect_timeout;
  ConnectOutcome outcome = co_await connect_socket(loop_, address, SOCK_STREAM, until);
  if (!outcome.socket) throw Error(ExitStatus::Unavailable, errno_text(outcome.error_number));

  const int socket = outcome.socket->get();
  set_socket_options(socket);
  std::unique_ptr<ByteStream> stream = make_stream_(socket);
  co_await shake_hands(*stream, *outcome.socket, until);
  connection_ = make_connection_(std::move(outcome.socket), std::move(stream));
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
