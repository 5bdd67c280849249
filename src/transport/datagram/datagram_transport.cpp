#include "transport/datagram/datagram_transport.h"

#include "base/clock.h"
#include "base/error.h"
#include "transport/net/connection_race.h"
#include "transport/net/network_failure.h"
#include "transport/net/resolver.h"
#include "transport/net/socket_address.h"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A receiver's socket buffer holds 208 KiB by default. Each datagram takes twice its size of it
/// and more, and a datagram that does not fit is lost.
constexpr std::size_t kPacedBytes = 16U * 1024;
constexpr milliseconds kPause{1};
constexpr int kMaxReadsInARow = 16;
/// How long to wait for the answer "port unreachable" to the last datagram.
constexpr milliseconds kUnreachableGrace{100};

asio::awaitable<void> pause() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(kPause);
  co_await timer.async_wait(asio::use_awaitable);
}

std::string reason_of(int error_number) {
  if (error_number == ECONNREFUSED)
    return "nothing listens there (connection refused); is the collector running?";
  return errno_text(error_number);
}

class DatagramTransport final : public Transport {
 public:
  DatagramTransport(std::unique_ptr<WatchedDescriptor> socket, std::string peer, Pacing pacing,
                    const CollectorOptions& options)
      : socket_(std::move(socket)), peer_(std::move(peer)), pacing_(pacing), options_(options) {}

  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] std::string peer_description() const override { return peer_; }

 private:
  asio::awaitable<void> send_line(std::string_view line);
  void discard_datagrams() noexcept;

  std::unique_ptr<WatchedDescriptor> socket_;
  std::string peer_;
  Pacing pacing_;
  CollectorOptions options_;
  std::size_t bytes_since_pause_ = 0;
  /// The errno value that the network has reported, which the kernel tells only once; 0 for none.
  int error_ = 0;
};

asio::awaitable<void> DatagramTransport::send(const LineBatch& lines) {
  if (error_ != 0) throw Error(Fault::Unconfirmed, reason_of(error_));
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    co_await send_line(lines.line(i));
    bytes_since_pause_ += lines.line(i).size();
    if (pacing_ == Pacing::Pauses && bytes_since_pause_ >= kPacedBytes) {
      bytes_since_pause_ = 0;
      co_await pause();
    }
  }
}

asio::awaitable<void> DatagramTransport::send_line(std::string_view line) {
  const SteadyTime until = steady_clock::now() + options_.progress_timeout;
  while (::send(socket_->get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EMSGSIZE) {
      throw Error(Fault::Configuration,
                  fmt::format("a line of {} bytes does not fit into one datagram; set a smaller "
                              "--max-size",
                              line.size()));
    }
    const bool is_full = error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
    if (!is_full) throw Error(Fault::Unconfirmed, reason_of(error));
    if (steady_clock::now() >= until)
      throw Error(Fault::Unconfirmed, "the collector takes no data");
    // ENOBUFS is a full queue of the network device, and the socket stays writable.
    if (error == ENOBUFS)
      co_await pause();
    else
      co_await socket_->wait(Readiness::Writable, until);
  }
}

asio::awaitable<Error> DatagramTransport::watch() {
  while (true) {
    discard_datagrams();
    // NOLINTNEXTLINE(bugprone-throw-keyword-missing): it is returned.
    if (error_ != 0) co_return Error(Fault::Unconfirmed, reason_of(error_));
    co_await socket_->wait(Readiness::Readable, SteadyTime::max());
  }
}

asio::awaitable<Receipt> DatagramTransport::commit() {
  Receipt receipt;
  receipt.verdict = Verdict::Written;
  const SteadyTime until = steady_clock::now() + kUnreachableGrace;
  while (pacing_ == Pacing::Pauses && error_ == 0 && steady_clock::now() < until) {
    co_await socket_->wait(Readiness::Readable, until);
    discard_datagrams();
  }
  if (error_ != 0) {
    receipt.verdict = Verdict::Failed;
    receipt.detail = reason_of(error_);
  }
  co_return receipt;
}

/// Discards what the peer has sent, and learns what the network has reported.
void DatagramTransport::discard_datagrams() noexcept {
  std::array<char, 64> discarded;
  for (int reads = 0; reads < kMaxReadsInARow; ++reads) {
    if (::recv(socket_->get(), discarded.data(), discarded.size(), MSG_DONTWAIT) >= 0) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) error_ = errno;
    return;
  }
}

}  // namespace

std::unique_ptr<Transport> make_datagram_transport(std::unique_ptr<WatchedDescriptor> socket,
                                                   std::string peer, Pacing pacing,
                                                   const CollectorOptions& options) {
  return std::make_unique<DatagramTransport>(std::move(socket), std::move(peer), pacing, options);
}

asio::awaitable<std::unique_ptr<Transport>> connect_udp(asio::io_context& loop,
                                                        const Endpoint& endpoint,
                                                        const CollectorOptions& options) {
  const std::vector<SocketAddress> addresses =
      co_await resolve(loop, endpoint.host, endpoint.port, SOCK_DGRAM,
                       steady_clock::now() + options.connect_timeout);
  std::string failures;
  for (const SocketAddress& address : addresses) {
    StartedConnect started = start_connect(address, SOCK_DGRAM);
    if (started.error_number == 0) {
      auto socket = std::make_unique<WatchedDescriptor>(loop, std::move(started.socket));
      co_return make_datagram_transport(std::move(socket), address.text(), Pacing::Pauses, options);
    }
    if (!failures.empty()) failures += "; ";
    failures += fmt::format("{}: {}", address.text(),
                            connect_failure_text(started.error_number, endpoint.port));
  }
  throw Error(Fault::Unreachable, failures);
}

}  // namespace vrni2syslog
