#include "transport/stream/stream_connection.h"

#include "base/duration.h"
#include "base/error.h"
#include "transport/net/progress_watch.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/receipt_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Frames are gathered up to this size before they are sent. More is not faster (64 to 256 KiB were
/// measured to be alike).
constexpr std::size_t kStreamFlushBytes = 256U * 1024;
/// A peer that floods us with data must not keep us from sending.
constexpr int kMaxReadsInARow = 16;
/// The kernel does not tell when the last byte is acknowledged, so it is asked this often: more
/// often at first, since a TLS peer's kernel may wait 40 ms for an answer that it could send along.
constexpr milliseconds kFirstDrainPoll{1};
constexpr milliseconds kEarlyDrainPoll{4};
constexpr milliseconds kMaxDrainPoll{20};
constexpr milliseconds kEarlyDrain{60};

[[nodiscard]] bool is_unix_socket(int socket) noexcept {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

/// Why the orderly close has failed. A peer that had acknowledged every byte and then resets may
/// have read them or not; one that always ends so can never confirm anything.
[[nodiscard]] std::string explain_failed_close(std::string_view reason, CloseAction action) {
  if (reason != kReset || action == CloseAction::AwaitDrain) return std::string(reason);
  return fmt::format(
      "{} in place of closing it, so nobody knows what it has read; if it always does so, use "
      "relp://, or have it close in order (HAProxy: no \"option nolinger\")",
      reason);
}

/// Frames lines into one buffer, sends that in large pieces, and reads the peer's side all the
/// while, so that its end is noticed.
class StreamConnection final : public Transport {
 public:
  StreamConnection(std::unique_ptr<ByteStream> stream, Framing framing,
                   const CollectorOptions& options)
      : framing_(framing),
        options_(options),
        stream_(std::move(stream)),
        socket_(stream_->socket()),
        is_unix_(is_unix_socket(socket_.get())) {}

  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] std::string peer_description() const override { return stream_->description(); }

 private:
  [[nodiscard]] IoStatus read_and_discard();
  void require_no_tls_alert(std::string_view received);
  [[nodiscard]] IoOutcome write(std::string_view bytes);
  void require_open_peer();
  asio::awaitable<void> flush();

  asio::awaitable<void> await_drain(ReceiptMachine& machine);
  asio::awaitable<void> send_close_notify(ReceiptMachine& machine, SteadyTime until);
  asio::awaitable<void> await_peer(ReceiptMachine& machine, SteadyTime until);
  void handle_peers_end(ReceiptMachine& machine, IoStatus status);
  void shut_write(ReceiptMachine& machine);
  asio::awaitable<void> take_close_step(ReceiptMachine& machine, SteadyTime& close_start);
  [[nodiscard]] bool has_peer_ended();

  Framing framing_;
  CollectorOptions options_;
  std::unique_ptr<ByteStream> stream_;
  WatchedDescriptor& socket_;  ///< that of the stream
  bool is_unix_;
  std::string buffer_;
  /// What watch() found, which the kernel and OpenSSL tell only once.
  std::optional<Error> failure_;
  bool has_peer_spoken_ = false;
};

/// Reads and discards what the peer has sent, which means nothing in syslog. Returns WantRead while
/// its side is open.
IoStatus StreamConnection::read_and_discard() {
  std::array<char, 4096> discarded;
  for (int reads = 0; reads < kMaxReadsInARow; ++reads) {
    const IoOutcome outcome = stream_->read(discarded);
    if (outcome.status != IoStatus::Done) return outcome.status;
    require_no_tls_alert(std::string_view(discarded.data(), outcome.bytes));
  }
  return IoStatus::WantRead;
}

/// A TLS server answers lines with an alert: a record of that type and of any version of TLS (RFC
/// 8446 section 5.1).
void StreamConnection::require_no_tls_alert(std::string_view received) {
  constexpr std::string_view kAlertStart = "\x15\x03";
  const bool is_first = !std::exchange(has_peer_spoken_, true);
  if (!is_first || stream_->has_close_notify() || !received.starts_with(kAlertStart)) return;
  throw Error(Fault::Unconfirmed,
              "the collector answers with a TLS alert: this looks like a TLS port; use tls://");
}

IoOutcome StreamConnection::write(std::string_view bytes) {
  try {
    return stream_->write(bytes);
  } catch (const Error&) {
    // What the peer has said before its reset may say why.
    if (!stream_->has_close_notify()) (void)read_and_discard();
    throw;
  }
}

void StreamConnection::require_open_peer() {
  if (failure_) throw Error(*failure_);
  const IoStatus status = read_and_discard();
  if (status == IoStatus::Eof || status == IoStatus::CloseNotify)
    throw Error(Fault::Unconfirmed, kClosedEarly);
}

asio::awaitable<void> StreamConnection::send(const LineBatch& lines) {
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    append_frame(buffer_, lines.line(i), framing_);
    if (buffer_.size() >= kStreamFlushBytes) co_await flush();
  }
  co_await flush();
}

asio::awaitable<void> StreamConnection::flush() {
  require_open_peer();
  std::string_view rest = buffer_;
  ProgressWatch progress(options_.progress_timeout, steady_clock::now());
  while (!rest.empty()) {
    const IoOutcome outcome = write(rest);
    if (outcome.status == IoStatus::Done) {
      rest.remove_prefix(outcome.bytes);
      progress.restart(steady_clock::now());
      continue;
    }
    progress.observe(unacknowledged_bytes(socket_.get()), steady_clock::now());
    if (progress.is_stuck(steady_clock::now())) {
      throw Error(Fault::Unconfirmed, fmt::format("the collector took no data for {}",
                                                  format_seconds(options_.progress_timeout)));
    }
    const Readiness wanted =
        outcome.status == IoStatus::WantWrite ? Readiness::Either : Readiness::Readable;
    const SteadyTime next_look = progress.next_look(steady_clock::now());
    co_await socket_.wait(wanted, next_look);
    require_open_peer();
    // This comes before writing on: the rest of a TLS record fills up what was acknowledged.
    progress.observe(unacknowledged_bytes(socket_.get()), steady_clock::now());
  }
  buffer_.clear();
}

asio::awaitable<Error> StreamConnection::watch() {
  while (true) {
    try {
      require_open_peer();
    } catch (const Error& error) {
      failure_ = error;
      co_return error;
    }
    co_await socket_.wait(Readiness::Readable, SteadyTime::max());
  }
}

asio::awaitable<Receipt> StreamConnection::commit() {
  ReceiptMachine machine(
      stream_->has_close_notify() ? CloseAction::SendCloseNotify : CloseAction::ShutWrite,
      is_unix_ ? Verdict::Consumed : Verdict::Acked);
  SteadyTime close_start = steady_clock::now();
  while (machine.action() != CloseAction::Done) {
    try {
      if (failure_) throw Error(*failure_);
      co_await take_close_step(machine, close_start);
    } catch (const Error& error) {
      if (is_out_of_reach(error.fault())) throw;
      machine.handle(CloseEvent::Broken, explain_failed_close(error.what(), machine.action()));
    }
  }
  co_return machine.receipt();
}

asio::awaitable<void> StreamConnection::take_close_step(ReceiptMachine& machine,
                                                        SteadyTime& close_start) {
  const milliseconds limit = options_.close_timeout;
  switch (machine.action()) {
    case CloseAction::AwaitDrain:
      co_await await_drain(machine);
      close_start = steady_clock::now();
      break;
    case CloseAction::SendCloseNotify:
      co_await send_close_notify(machine, close_start + limit);
      break;
    case CloseAction::AwaitCloseNotify:
      // Half of the time, so that a peer that only answers a FIN has the other half.
      co_await await_peer(machine, close_start + limit / 2);
      break;
    case CloseAction::ShutWrite:
      shut_write(machine);
      break;
    case CloseAction::AwaitEof:
      co_await await_peer(machine, close_start + limit);
      break;
    case CloseAction::Done:
      break;
  }
}

asio::awaitable<void> StreamConnection::await_drain(ReceiptMachine& machine) {
  const milliseconds limit = options_.progress_timeout;
  const SteadyTime start = steady_clock::now();
  ProgressWatch progress(limit, start);
  const auto longest_pause = [&] {
    return steady_clock::now() - start < kEarlyDrain ? kEarlyDrainPoll : kMaxDrainPoll;
  };
  for (milliseconds pause = kFirstDrainPoll;; pause = std::min(pause * 2, longest_pause())) {
    // This comes before reading, so that an alert that came with the peer's end is read.
    const std::size_t left = unacknowledged_bytes(socket_.get());
    const bool has_ended = has_peer_ended();
    const IoStatus status = read_and_discard();
    if (has_ended || status == IoStatus::Eof || status == IoStatus::CloseNotify)
      co_return machine.handle(CloseEvent::PeerEndedFirst);
    if (left == 0) co_return machine.handle(CloseEvent::Drained);
    progress.observe(left, steady_clock::now());
    if (progress.is_stuck(steady_clock::now())) {
      co_return machine.handle(CloseEvent::TimedOut,
                               fmt::format("the collector took none of the last {} bytes for {}",
                                           left, format_seconds(limit)));
    }
    co_await socket_.wait(Readiness::Readable, steady_clock::now() + pause);
  }
}

asio::awaitable<void> StreamConnection::send_close_notify(ReceiptMachine& machine,
                                                          SteadyTime until) {
  while (stream_->send_close_notify() != IoStatus::Done) {
    const bool is_ready = co_await socket_.wait(Readiness::Writable, until);
    if (!is_ready && steady_clock::now() >= until) {
      co_return machine.handle(CloseEvent::TimedOut, "the end of the TLS stream could not be sent");
    }
  }
  machine.handle(CloseEvent::CloseNotifySent);
}

asio::awaitable<void> StreamConnection::await_peer(ReceiptMachine& machine, SteadyTime until) {
  while (true) {
    const IoStatus status = read_and_discard();
    if (status == IoStatus::Eof || status == IoStatus::CloseNotify)
      co_return handle_peers_end(machine, status);
    if (steady_clock::now() >= until) {
      co_return machine.handle(
          CloseEvent::TimedOut,
          fmt::format("the collector's kernel has every byte, but the collector did not close its "
                      "side within {}, so its process may not have read them",
                      format_seconds(options_.close_timeout)));
    }
    const Readiness wanted =
        status == IoStatus::WantWrite ? Readiness::Writable : Readiness::Readable;
    co_await socket_.wait(wanted, until);
  }
}

/// Tells an answer to our end from an end that was under way before it: every segment acknowledges
/// what its sender's kernel has got, so once an answer is here, our end has been acknowledged.
void StreamConnection::handle_peers_end(ReceiptMachine& machine, IoStatus status) {
  // With TLS our end is the close_notify, and the FIN after it takes one number more.
  const bool is_fin_more = machine.action() == CloseAction::AwaitEof && stream_->has_close_notify();
  if (unacknowledged_bytes(socket_.get()) > (is_fin_more ? 1U : 0U))
    return machine.handle(CloseEvent::PeerEndedFirst);
  machine.handle(status == IoStatus::Eof ? CloseEvent::PeerEof : CloseEvent::PeerCloseNotify);
}

void StreamConnection::shut_write(ReceiptMachine& machine) {
  if (::shutdown(socket_.get(), SHUT_WR) != 0) {
    const int error_number = errno;
    (void)read_and_discard();  // throws what the peer has said before its reset
    throw_connection_broken(error_number);
  }
  machine.handle(CloseEvent::WriteShut);
}

/// Whether the peer's FIN has come, even if the data before it has not been read yet.
bool StreamConnection::has_peer_ended() {
  if (is_unix_) return false;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
  return info.tcpi_state != TCP_ESTABLISHED;
}

}  // namespace

std::unique_ptr<Transport> make_stream_transport(std::unique_ptr<ByteStream> stream,
                                                 Framing framing, const CollectorOptions& options) {
  return std::make_unique<StreamConnection>(std::move(stream), framing, options);
}

}  // namespace vrni2syslog
