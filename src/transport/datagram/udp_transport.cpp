#include "transport/datagram/udp_transport.h"

#include "base/error.h"
#include "transport/datagram/datagram_connection.h"
#include "transport/net/connect.h"
#include "transport/net/network_failure.h"
#include "transport/net/resolver.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

class UdpTransport final : public Transport {
 public:
  explicit UdpTransport(const TransportContext& context)
      : loop_(context.loop), endpoint_(context.endpoint), options_(context.options) {}

  asio::awaitable<void> open() override;
  asio::awaitable<void> send(const LineBatch& lines) override { return connection_->send(lines); }
  asio::awaitable<Error> watch() override { return connection_->watch(); }
  asio::awaitable<Receipt> close() override { return connection_->close(); }
  [[nodiscard]] std::string peer_description() const override { return peer_; }

 private:
  asio::io_context& loop_;
  Endpoint endpoint_;
  CollectorOptions options_;
  std::unique_ptr<DatagramConnection> connection_;
  std::string peer_;
};

/// Takes the first address that there is a route to; whether anybody listens only sending shows.
asio::awaitable<void> UdpTransport::open() {
  const SteadyTime until = steady_clock::now() + options_.connect_timeout;
  const std::vector<SocketAddress> addresses =
      co_await resolve(loop_, endpoint_.host, endpoint_.port, SOCK_DGRAM, until);
  std::string failures;
  for (const SocketAddress& address : addresses) {
    ConnectOutcome outcome = co_await connect_socket(loop_, address, SOCK_DGRAM, until);
    if (outcome.socket) {
      DatagramConnection::Rules rules;
      rules.is_paced = true;
      rules.options = options_;
      connection_ = std::make_unique<DatagramConnection>(std::move(outcome.socket), rules);
      peer_ = address.text();
      co_return;
    }
    if (!failures.empty()) failures += "; ";
    failures += fmt::format("{}: {}", address.text(),
                            connect_failure_text(outcome.error_number, endpoint_.port));
  }
  throw Error(Fault::Unreachable, failures);
}

}  // namespace

std::unique_ptr<Transport> make_udp_transport(const TransportContext& context) {
  return std::make_unique<UdpTransport>(context);
}

}  // namespace vrni2syslog
