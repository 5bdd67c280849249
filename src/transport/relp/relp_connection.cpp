#include "transport/relp/relp_connection.h"

#include "base/duration.h"
#include "base/error.h"
#include "transport/net/progress_watch.h"
#include "transport/relp/relp_session.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connector.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Frames are gathered up to this size before they are sent, unless the window is full before.
constexpr std::size_t kRelpFlushBytes = 256U * 1024;
/// The length of the longest TLS record, so that each read takes a whole one: the socket does not
/// become readable for bytes that OpenSSL holds back.
constexpr std::size_t kReadBytes = 16U * 1024;
/// A peer that floods us with hints must not keep us from sending.
constexpr int kMaxAnswerReads = 16;
/// A full window is filled again only when it has room for this many lines: one write for each
/// answer would be many more writes.
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

/// A RELP session over a stream: sends as many lines as its window takes, many at a time, and reads
/// the answers all the while.
class RelpConnection final : public Transport {
 public:
  RelpConnection(std::unique_ptr<ByteStream> stream, const CollectorOptions& options)
      : options_(options), stream_(std::move(stream)), socket_(stream_->socket()) {}

  /// Opens the session. Throws Error(Unreachable) or Error(Unconfirmed) if the peer does not agree,
  /// or not within the time to connect.
  asio::awaitable<void> open();
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] bool is_reusable() const noexcept override { return is_reusable_; }
  asio::awaitable<void> close() override;
  [[nodiscard]] std::string peer_description() const override;

 private:
  using Condition = bool (*)(const RelpSession& session);

  asio::awaitable<void> append(const LineBatch& lines);
  asio::awaitable<void> exchange(Condition is_reached, milliseconds limit);
  [[nodiscard]] Readiness read_answers();
  void end_stream() noexcept;
  [[nodiscard]] Error explained(const Error& error) const;

  CollectorOptions options_;
  std::unique_ptr<ByteStream> stream_;
  WatchedDescriptor& socket_;  ///< that of the stream
  RelpSession session_;
  std::string buffer_;
  bool is_reusable_ = false;
  /// What watch() found, which the kernel, OpenSSL and the session tell only once.
  std::optional<Error> failure_;
};

asio::awaitable<void> RelpConnection::open() {
  session_.append_open(buffer_);
  try {
    co_await exchange(&is_open, options_.connect_timeout);
  } catch (const Error& error) {
    // A peer that has answered, or an alert, tells what is wrong.
    if (session_.answers() > 0 || is_out_of_reach(error.fault())) throw;
    // rsyslog leaves without an alert if it misses a client certificate.
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
    co_await socket_.wait(wanted, SteadyTime::max());
  }
}

/// An answer says that the collector has taken the line over, so the answers to all lines are the
/// proof.
asio::awaitable<Receipt> RelpConnection::commit() {
  Receipt receipt;
  try {
    co_await exchange(&is_acknowledged, options_.close_timeout);
    session_.end_epoch();
    is_reusable_ = true;
    receipt.verdict = Verdict::Consumed;
  } catch (const Error& error) {
    if (is_out_of_reach(error.fault())) throw;
    is_reusable_ = false;
    receipt.detail = session_.explain(error.what());
  }
  co_return receipt;
}

asio::awaitable<void> RelpConnection::close() {
  session_.append_close(buffer_);
  co_await exchange(&is_closed, options_.close_timeout);
  end_stream();
}

/// Sends the buffer, and reads answers until it is sent and `is_reached`. The limit is for the time
/// in which the peer's kernel acknowledges no byte and the peer gives no answer. Throws Error.
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
    progress.observe(unacknowledged_bytes(socket_.get()), steady_clock::now());
    if (progress.is_stuck(steady_clock::now())) {
      throw Error(Fault::Unconfirmed,
                  fmt::format("the collector {} for {}",
                              rest.empty() ? "acknowledged nothing" : "took no data",
                              format_seconds(limit)));
    }
    const std::uint64_t answers = session_.answers();
    const SteadyTime next_look = progress.next_look(steady_clock::now());
    co_await socket_.wait(wanted, next_look);
    wanted = read_answers();
    progress.observe(unacknowledged_bytes(socket_.get()), steady_clock::now());
    if (session_.answers() != answers) progress.restart(steady_clock::now());
  }
  buffer_.clear();
}

/// Returns what to wait for before the next call.
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

/// The session is over, so an error of the connection does not matter any more.
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

std::string RelpConnection::peer_description() const {
  std::string text = stream_->description() + ", RELP";
  if (!session_.peer_software().empty()) text += ", " + session_.peer_software();
  return text;
}

asio::awaitable<std::unique_ptr<Transport>> open_relp(std::unique_ptr<ByteStream> stream,
                                                      CollectorOptions options) {
  auto connection = std::make_unique<RelpConnection>(std::move(stream), options);
  co_await connection->open();
  co_return std::move(connection);
}

ProtocolOpener relp_opener(const CollectorOptions& options) {
  return [options](std::unique_ptr<ByteStream> stream) {
    return open_relp(std::move(stream), options);
  };
}

}  // namespace

asio::awaitable<std::unique_ptr<Transport>> connect_relp(asio::io_context& loop,
                                                         const Endpoint& endpoint,
                                                         const CollectorOptions& options) {
  StreamConnector connector(loop, endpoint, options, plain_stream_maker(), relp_opener(options));
  co_return co_await connector.connect();
}

asio::awaitable<std::unique_ptr<Transport>> connect_relps(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options) {
  StreamConnector connector(loop, endpoint, options, tls_stream_maker(endpoint),
                            relp_opener(options));
  co_return co_await connector.connect();
}

}  // namespace vrni2syslog
