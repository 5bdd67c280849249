#include "transport/stream/stream_connection.h"

#include "base/duration.h"
#include "base/error.h"
#include "transport/net/progress_watch.h"
#include "transport/stream/plain_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Frames gathered before they are sent: more brings no speed (measured 64 to 256 KiB alike).
constexpr std::size_t kStreamFlushBytes = 256U * 1024;
/// A peer that floods us with data must not keep us from sending.
constexpr int kMaxReadsInARow = 16;
/// The kernel does not tell when the last byte is acknowledged, so it is asked this often.
constexpr milliseconds kFirstDrainPoll{1};
constexpr milliseconds kMaxDrainPoll{20};

}  // namespace

StreamConnection::StreamConnection(std::unique_ptr<WatchedDescriptor> socket,
                                   std::unique_ptr<ByteStream> stream, const Rules& rules)
    : rules_(rules), socket_(std::move(socket)), stream_(std::move(stream)) {}

/// Reads what the peer has sent, which in syslog is nothing that matters; returns WantRead while
/// its side is open.
IoStatus StreamConnection::read_and_discard() {
  std::array<char, 4096> discarded;
  for (int reads = 0; reads < kMaxReadsInARow; ++reads) {
    const IoOutcome outcome = stream_->read(discarded);
    if (outcome.status != IoStatus::Done) return outcome.status;
  }
  return IoStatus::WantRead;
}

void StreamConnection::require_open_peer() {
  if (failure_) throw Error(*failure_);
  const IoStatus status = read_and_discard();
  if (status == IoStatus::Eof || status == IoStatus::CloseNotify)
    throw Error(Fault::Unconfirmed, kClosedEarly);
}

asio::awaitable<void> StreamConnection::send(const LineBatch& lines) {
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    append_frame(buffer_, lines.line(i), rules_.framing);
    if (buffer_.size() >= kStreamFlushBytes) co_await flush();
  }
  co_await flush();
}

asio::awaitable<void> StreamConnection::flush() {
  require_open_peer();
  std::string_view rest = buffer_;
  ProgressWatch progress(rules_.options.progress_timeout, steady_clock::now());
  while (!rest.empty()) {
    const IoOutcome outcome = stream_->write(rest);
    if (outcome.status == IoStatus::Done) {
      rest.remove_prefix(outcome.bytes);
      progress.restart(steady_clock::now());
      continue;
    }
    progress.observe(unacknowledged_bytes(socket_->get()), steady_clock::now());
    if (progress.is_stuck(steady_clock::now())) {
      throw Error(Fault::Unconfirmed, fmt::format("the collector took no data for {}",
                                                  format_seconds(rules_.options.progress_timeout)));
    }
    const Readiness wanted =
        outcome.status == IoStatus::WantWrite ? Readiness::Either : Readiness::Readable;
    const SteadyTime next_look = progress.next_look(steady_clock::now());
    co_await socket_->wait(wanted, next_look);
    require_open_peer();
    // Before writing on: a TLS record that goes only in part fills up what was acknowledged.
    progress.observe(unacknowledged_bytes(socket_->get()), steady_clock::now());
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
    co_await socket_->wait(Readiness::Readable, SteadyTime::max());
  }
}

asio::awaitable<Receipt> StreamConnection::close() {
  CloseRules close_rules;
  close_rules.has_close_notify = stream_->has_close_notify();
  close_rules.drained_verdict = rules_.is_tcp ? Verdict::Acked : Verdict::Consumed;
  ReceiptMachine machine(close_rules);
  SteadyTime close_start = steady_clock::now();
  while (machine.action() != CloseAction::Done) {
    try {
      if (failure_) throw Error(*failure_);
      co_await take_close_step(machine, close_start);
    } catch (const Error& error) {
      if (is_out_of_reach(error.fault())) throw;
      machine.handle(CloseEvent::Broken, error.what());
    }
  }
  co_return machine.receipt();
}

asio::awaitable<void> StreamConnection::take_close_step(ReceiptMachine& machine,
                                                        SteadyTime& close_start) {
  const milliseconds limit = rules_.options.close_timeout;
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
  const milliseconds limit = rules_.options.progress_timeout;
  ProgressWatch progress(limit, steady_clock::now());
  for (milliseconds pause = kFirstDrainPoll;; pause = std::min(pause * 2, kMaxDrainPoll)) {
    // Looked at before reading, so that an alert that came with the peer's end is read.
    const std::size_t left = unacknowledged_bytes(socket_->get());
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
    co_await socket_->wait(Readiness::Readable, steady_clock::now() + pause);
  }
}

asio::awaitable<void> StreamConnection::send_close_notify(ReceiptMachine& machine,
                                                          SteadyTime until) {
  while (stream_->send_close_notify() != IoStatus::Done) {
    const bool is_ready = co_await socket_->wait(Readiness::Writable, until);
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
                      format_seconds(rules_.options.close_timeout)));
    }
    const Readiness wanted =
        status == IoStatus::WantWrite ? Readiness::Writable : Readiness::Readable;
    co_await socket_->wait(wanted, until);
  }
}

/// Tells an answer to our end from an end that was under way before: every segment acknowledges
/// what its sender's kernel has got, so behind an answer our end is acknowledged.
void StreamConnection::handle_peers_end(ReceiptMachine& machine, IoStatus status) {
  // Where there is a close_notify, that is our end, and a FIN behind it takes one more.
  const bool is_fin_more = machine.action() == CloseAction::AwaitEof && stream_->has_close_notify();
  if (unacknowledged_bytes(socket_->get()) > (is_fin_more ? 1U : 0U))
    return machine.handle(CloseEvent::PeerEndedFirst);
  machine.handle(status == IoStatus::Eof ? CloseEvent::PeerEof : CloseEvent::PeerCloseNotify);
}

void StreamConnection::shut_write(ReceiptMachine& machine) {
  if (::shutdown(socket_->get(), SHUT_WR) != 0) {
    const int error_number = errno;
    (void)read_and_discard();  // throws what the peer has said before its reset
    throw_connection_broken(error_number);
  }
  machine.handle(CloseEvent::WriteShut);
}

/// Whether the peer's FIN is here, though nobody may have read up to it.
bool StreamConnection::has_peer_ended() {
  if (!rules_.is_tcp) return false;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_->get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
  return info.tcpi_state != TCP_ESTABLISHED;
}

}  // namespace vrni2syslog
