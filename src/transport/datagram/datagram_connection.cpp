#include "transport/datagram/datagram_connection.h"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A receiver's socket buffer holds 208 KiB by default, of which each datagram takes twice its size
/// and more, and what does not fit is lost.
constexpr std::size_t kPacedBytes = 16U * 1024;
constexpr milliseconds kPause{1};
constexpr int kMaxReadsInARow = 16;
/// For the answer "port unreachable" to the last datagram.
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

}  // namespace

asio::awaitable<void> DatagramConnection::send(const LineBatch& lines) {
  if (error_ != 0) throw Error(Fault::Unconfirmed, reason_of(error_));
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    co_await send_line(lines.line(i));
    bytes_since_pause_ += lines.line(i).size();
    if (rules_.is_paced && bytes_since_pause_ >= kPacedBytes) {
      bytes_since_pause_ = 0;
      co_await pause();
    }
  }
}

asio::awaitable<void> DatagramConnection::send_line(std::string_view line) {
  const SteadyTime until = steady_clock::now() + rules_.options.progress_timeout;
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
    // ENOBUFS is a full queue of the network device, of which no readiness tells.
    if (error == ENOBUFS)
      co_await pause();
    else
      co_await socket_->wait(Readiness::Writable, until);
  }
}

asio::awaitable<Error> DatagramConnection::watch() {
  while (true) {
    read_and_discard();
    // NOLINTNEXTLINE(bugprone-throw-keyword-missing): it is returned.
    if (error_ != 0) co_return Error(Fault::Unconfirmed, reason_of(error_));
    co_await socket_->wait(Readiness::Readable, SteadyTime::max());
  }
}

asio::awaitable<Receipt> DatagramConnection::close() {
  Receipt receipt;
  receipt.verdict = Verdict::Written;
  const SteadyTime until = steady_clock::now() + kUnreachableGrace;
  while (rules_.is_paced && error_ == 0 && steady_clock::now() < until) {
    co_await socket_->wait(Readiness::Readable, until);
    read_and_discard();
  }
  if (error_ != 0) {
    receipt.verdict = Verdict::Failed;
    receipt.detail = reason_of(error_);
  }
  co_return receipt;
}

/// Discards what the peer has sent, and finds out what the network has reported.
void DatagramConnection::read_and_discard() noexcept {
  std::array<char, 64> discarded;
  for (int reads = 0; reads < kMaxReadsInARow; ++reads) {
    if (::recv(socket_->get(), discarded.data(), discarded.size(), MSG_DONTWAIT) >= 0) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) error_ = errno;
    return;
  }
}

}  // namespace vrni2syslog
