#include "transport/relp/relp_connection.h"

#include "base/duration.h"
#include "base/error.h"
#include "transport/net/progress_watch.h"
#include "transport/stream/plain_stream.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Frames gathered before they are sent, where the window does not end them before.
constexpr std::size_t kRelpFlushBytes = 256U * 1024;
/// The longest TLS record, so that each read takes a whole one: what OpenSSL held back would make
/// no socket readable.
constexpr std::size_t kReadBytes = 16U * 1024;
/// A peer that floods us with hints must not keep us from sending.
constexpr int kMaxAnswerReads = 16;
/// Lines for which there must be room before a full window is filled again: one write for each
/// answer would be many times as many.
constexpr std::size_t kRefillLines = RelpSession::kWindow / 2;

bool is_always(const RelpSession&) {
  return true;
}
bool is_open(const RelpSession& session) {
  return session.is_open();
}
bool has_room_to_refill(const RelpSession& session) {
  return session.room() >= kRefillLines;
}
bool is_acknowledged(const RelpSession& session) {
  return session.unacknowledged() == 0;
}
bool is_closed(const RelpSession& session) {
  return session.is_closed();
}

}  // namespace

RelpConnection::RelpConnection(std::unique_ptr<WatchedDescriptor> socket,
                               std::unique_ptr<ByteStream> stream, const CollectorOptions& options)
    : options_(options), socket_(std::move(socket)), stream_(std::move(stream)) {}

asio::awaitable<void> RelpConnection::open() {
  session_.append_open(buffer_);
  try {
    co_await exchange(&is_open, options_.connect_timeout);
  } catch (const Error& error) {
    // A peer that has answered, or an alert, tells what is wrong.
    if (session_.answers() > 0 || is_out_of_reach(error.fault())) throw;
    // rsyslog's leaves without an alert where it misses a certificate.
    throw Error(Fault::Unreachable,
                fmt::format("{}; does it speak RELP on this port{}?", error.what(),
                            stream_->has_close_notify()
                                ? ", or demand a client certificate (--collector-certificate)"
                                : ""));
  }
}

asio::awaitable<void> RelpConnection::send(const LineBatch& lines) {
  try {
    co_await append(lines);
    co_await exchange(&is_always, options_.progress_timeout);
  } catch (const Error& error) {
    throw explained(error);
  }
}

asio::awaitable<void> RelpConnection::append(const LineBatch& lines) {
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    if (session_.room() == 0)
      co_await exchange(&has_room_to_refill, options_.progress_timeout);
    else if (buffer_.size() >= kRelpFlushBytes)
      co_await exchange(&is_always, options_.progress_timeout);
    session_.append_line(buffer_, lines.line(i));
  }
}

asio::awaitable<Error> RelpConnection::watch() {
  while (true) {
    Readiness wanted = Readiness::Readable;
    try {
      if (failure_) throw Error(*failure_);
      wanted = read_answers();
    } catch (const Error& error) {
      failure_ = error;
      co_return explained(error);
    }
    co_await socket_->wait(wanted, SteadyTime::max());
  }
}

asio::awaitable<Receipt> RelpConnection::close() {
  std::string reason;
  try {
    co_await end_session();
  } catch (const Error& error) {
    if (is_out_of_reach(error.fault())) throw;
    reason = error.what();
  }
  co_return session_.receipt(reason);
}

asio::awaitable<void> RelpConnection::end_session() {
  co_await exchange(&is_acknowledged, options_.close_timeout);
  session_.append_close(buffer_);
  co_await exchange(&is_closed, options_.close_timeout);
  end_stream();
}

/// Sends the buffer, and reads answers until it is sent and `is_reached`. The limit is that of the
/// time without a byte acknowledged by the peer's kernel or an answer given. Throws Error.
asio::awaitable<void> RelpConnection::exchange(Condition is_reached, milliseconds limit) {
  if (failure_) throw Error(*failure_);
  std::string_view rest = buffer_;
  ProgressWatch progress(limit, steady_clock::now());
  Readiness wanted = read_answers();
  while (!rest.empty() || !is_reached(session_)) {
    if (!rest.empty()) {
      const IoOutcome outcome = stream_->write(rest);
      if (outcome.status == IoStatus::Done) {
        rest.remove_prefix(outcome.bytes);
        progress.restart(steady_clock::now());
        continue;
      }
      if (outcome.status == IoStatus::WantWrite) wanted = Readiness::Either;
    }
    progress.observe(unacknowledged_bytes(socket_->get()), steady_clock::now());
    if (progress.is_stuck(steady_clock::now())) {
      throw Error(Fault::Unconfirmed,
                  fmt::format("the collector {} for {}",
                              rest.empty() ? "acknowledged nothing" : "took no data",
                              format_seconds(limit)));
    }
    const std::uint64_t answers = session_.answers();
    const SteadyTime next_look = progress.next_look(steady_clock::now());
    co_await socket_->wait(wanted, next_look);
    wanted = read_answers();
    progress.observe(unacknowledged_bytes(socket_->get()), steady_clock::now());
    if (session_.answers() != answers) progress.restart(steady_clock::now());
  }
  buffer_.clear();
}

/// Returns what to wait for before the next time.
Readiness RelpConnection::read_answers() {
  std::array<char, kReadBytes> bytes;
  for (int reads = 0; reads < kMaxAnswerReads; ++reads) {
    const IoOutcome outcome = stream_->read(bytes);
    switch (outcome.status) {
      case IoStatus::Done:
        session_.receive(std::string_view(bytes.data(), outcome.bytes));
        break;
      case IoStatus::WantRead:
        return Readiness::Readable;
      case IoStatus::WantWrite:
        return Readiness::Either;
      case IoStatus::CloseNotify:
      case IoStatus::Eof:
        if (session_.is_closed()) return Readiness::Readable;
        throw Error(Fault::Unconfirmed, kClosedEarly);
    }
  }
  return Readiness::Readable;
}

/// The session is over, so nothing that becomes of the connection matters any more.
void RelpConnection::end_stream() noexcept {
  try {
    (void)stream_->send_close_notify();
  } catch (const Error&) {
  }
}

Error RelpConnection::explained(const Error& error) const {
  if (error.fault() != Fault::Unconfirmed) return error;
  return Error(error.fault(), session_.explain(error.what()));
}

std::string RelpConnection::description() const {
  std::string text = stream_->description();
  if (!text.empty()) text += ", ";
  text += "RELP";
  if (!session_.peer_software().empty()) text += ", " + session_.peer_software();
  return text;
}

}  // namespace vrni2syslog
