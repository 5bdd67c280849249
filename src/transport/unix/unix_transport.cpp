#include "transport/unix/unix_transport.h"

#include "base/error.h"
#include "transport/datagram/datagram_connection.h"
#include "transport/net/connect.h"
#include "transport/net/network_failure.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connection.h"

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

class UnixTransport final : public Transport {
 public:
  explicit UnixTransport(const TransportContext& context)
      : loop_(context.loop), endpoint_(context.endpoint), options_(context.options) {}

  asio::awaitable<void> open() override;
  asio::awaitable<void> send(const LineBatch& lines) override {
    return stream_ ? stream_->send(lines) : datagrams_->send(lines);
  }
  asio::awaitable<Error> watch() override {
    return stream_ ? stream_->watch() : datagrams_->watch();
  }
  asio::awaitable<Receipt> close() override {
    return stream_ ? stream_->close() : datagrams_->close();
  }
  [[nodiscard]] std::string peer_description() const override {
    return printable(endpoint_.path.string()) + (stream_ ? ", stream" : ", datagrams");
  }

 private:
  void use_datagrams(std::unique_ptr<WatchedDescriptor> socket);
  void use_stream(std::unique_ptr<WatchedDescriptor> socket);

  asio::io_context& loop_;
  Endpoint endpoint_;
  CollectorOptions options_;
  // One of the two after open().
  std::unique_ptr<DatagramConnection> datagrams_;
  std::unique_ptr<StreamConnection> stream_;
};

asio::awaitable<void> UnixTransport::open() {
  const SteadyTime until = steady_clock::now() + options_.connect_timeout;
  const SocketAddress address = SocketAddress::of_path(endpoint_.path);
  ConnectOutcome datagrams = co_await connect_socket(loop_, address, SOCK_DGRAM, until);
  if (datagrams.socket) {
    use_datagrams(std::move(datagrams.socket));
    co_return;
  }
  int error = datagrams.error_number;
  if (error == EPROTOTYPE) {
    ConnectOutcome stream = co_await connect_socket(loop_, address, SOCK_STREAM, until);
    if (stream.socket) {
      use_stream(std::move(stream.socket));
      co_return;
    }
    error = stream.error_number;
  }
  throw Error(Fault::Unreachable, unix_failure_text(error));
}

void UnixTransport::use_datagrams(std::unique_ptr<WatchedDescriptor> socket) {
  DatagramConnection::Rules rules;
  rules.options = options_;
  datagrams_ = std::make_unique<DatagramConnection>(std::move(socket), rules);
}

void UnixTransport::use_stream(std::unique_ptr<WatchedDescriptor> socket) {
  StreamConnection::Rules rules;
  rules.framing = endpoint_.framing;
  rules.is_tcp = false;
  rules.options = options_;
  auto stream = std::make_unique<PlainStream>(socket->get());
  stream_ = std::make_unique<StreamConnection>(std::move(socket), std::move(stream), rules);
}

}  // namespace

std::unique_ptr<Transport> make_unix_transport(const TransportContext& context) {
  return std::make_unique<UnixTransport>(context);
}

}  // namespace vrni2syslog
