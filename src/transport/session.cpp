#include "transport/session.h"

#include "base/error.h"
#include "transport/contract/transport_context.h"
#include "transport/schemes.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <chrono>
#include <system_error>
#include <utility>
#include <variant>

namespace vrni2syslog {
namespace {

/// Cancelling takes microseconds, unless the loop is stuck in a system call on a dead disk.
constexpr std::chrono::seconds kCancelLimit{5};

/// Whether an address further down the list may do better.
bool may_fail_over(const Error& error) {
  return error.fault() != Fault::Configuration && error.fault() != Fault::Usage;
}

/// Whether the error is a connection's end, and so a matter of the receipt.
bool is_for_receipt(const Error& error) {
  return error.fault() == Fault::Unconfirmed;
}

}  // namespace

std::shared_ptr<Session> Session::start(asio::io_context& loop, const CollectorAddress& address,
                                        const CollectorOptions& options, Log& log) {
  auto session = std::make_shared<Session>(loop, address, options, log);
  asio::post(loop, [session] {
    asio::co_spawn(session->loop_, run(session),
                   asio::bind_cancellation_slot(
                       session->cancellation_.slot(),
                       [session](std::exception_ptr error) { session->end(std::move(error)); }));
  });
  return session;
}

Session::Session(asio::io_context& loop, const CollectorAddress& address,
                 const CollectorOptions& options, Log& log)
    : loop_(loop), address_(address), options_(options), log_(log), input_(loop) {
  input_.expires_at(SteadyTime::max());
}

// The caller's side.

template <typename Condition>
bool Session::wait(std::unique_lock<std::mutex>& lock, const RunLimits& limits,
                   Condition condition) {
  return changed_.wait_until(lock, limits.stop, limits.deadline, condition);
}

bool Session::wait_until_open(const RunLimits& limits) {
  std::unique_lock lock(mutex_);
  if (!wait(lock, limits, [this] { return stage_ != Stage::Opening; })) return false;
  // A connection that has ended since is for push() and receipt() to tell.
  if (!was_opened_) std::rethrow_exception(error_);
  return true;
}

bool Session::push(std::shared_ptr<const LineBatch> lines, const RunLimits& limits) {
  {
    std::unique_lock lock(mutex_);
    const auto has_room = [this] {
      return stage_ == Stage::Ended || queued_bytes_ < options_.queue_bytes;
    };
    if (!wait(lock, limits, has_room)) return false;
    if (error_) std::rethrow_exception(error_);
    queued_bytes_ += lines->byte_count();
    queue_.push_back(std::move(lines));
  }
  wake_loop();
  return true;
}

void Session::end_input() {
  {
    const std::lock_guard lock(mutex_);
    is_input_ended_ = true;
  }
  wake_loop();
}

bool Session::finish(const RunLimits& limits) {
  end_input();
  std::unique_lock lock(mutex_);
  return wait(lock, limits, [this] { return stage_ == Stage::Ended; });
}

void Session::cancel() noexcept {
  std::unique_lock lock(mutex_);
  const auto has_ended = [this] { return stage_ == Stage::Ended; };
  if (has_ended()) return;
  asio::post(loop_, [self = shared_from_this()] {
    self->cancellation_.emit(asio::cancellation_type::terminal);
  });
  changed_.wait_for(lock, kCancelLimit, has_ended);
}

Receipt Session::receipt() const {
  const std::lock_guard lock(mutex_);
  if (!error_) return receipt_;
  try {
    std::rethrow_exception(error_);
  } catch (const Error& error) {
    if (!is_for_receipt(error)) throw;
    return receipt_;
  }
}

bool Session::was_opened() const {
  const std::lock_guard lock(mutex_);
  return was_opened_;
}

void Session::wake_loop() {
  asio::post(loop_, [self = shared_from_this()] { self->input_.cancel(); });
}

// The loop's side.

asio::awaitable<void> Session::run(std::shared_ptr<Session> self) {
  try {
    const std::unique_ptr<Transport> transport = co_await self->open_first();
    self->set_open(*transport);
    co_await self->transfer(*transport);
  } catch (const std::system_error& error) {
    // Asio's own: the system lacks descriptors or memory, or the epoch was cancelled.
    throw Error(Fault::Unconfirmed, error.what());
  }
}

asio::awaitable<std::unique_ptr<Transport>> Session::open_first() {
  std::string failures;
  bool do_all_refuse = true;
  for (endpoint_index_ = 0; endpoint_index_ < address_.size(); ++endpoint_index_) {
    const Endpoint& endpoint = address_[endpoint_index_];
    try {
      const TransportContext context{loop_, endpoint, options_};
      std::unique_ptr<Transport> transport = find_scheme(endpoint.scheme)->make(context);
      co_await transport->open();
      if (!failures.empty())
        log_.warning(fmt::format("using {}, for {}", endpoint.display_name(), failures));
      co_return transport;
    } catch (const Error& error) {
      if (!may_fail_over(error)) throw error.within(endpoint.display_name());
      if (address_.size() == 1) throw error.within(endpoint.display_name());
      do_all_refuse = do_all_refuse && error.fault() == Fault::Refused;
      if (!failures.empty()) failures += "; ";
      failures += fmt::format("{}: {}", endpoint.display_name(), error.what());
    }
  }
  throw Error(do_all_refuse ? Fault::Refused : Fault::Unreachable, failures);
}

asio::awaitable<void> Session::transfer(Transport& transport) {
  try {
    while (true) {
      const std::shared_ptr<const LineBatch> lines = co_await next_lines(transport);
      if (!lines) break;
      co_await transport.send(*lines);
    }
    const Receipt receipt = co_await transport.close();
    const std::lock_guard lock(mutex_);
    receipt_ = receipt;
  } catch (const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      receipt_.detail = error.what();
    }
    if (is_for_receipt(error)) throw unconfirmed(endpoint().display_name(), error.what());
    if (address_.size() == 1) throw error.within(endpoint().display_name());
    // Another address may accept us, so this refusal need not last.
    const Fault fault = error.fault() == Fault::Refused ? Fault::Unreachable : error.fault();
    throw Error(fault, error.what()).within(endpoint().display_name());
  }
}

/// The next lines to send, or null at the end of the input.
asio::awaitable<std::shared_ptr<const LineBatch>> Session::next_lines(Transport& transport) {
  using asio::experimental::awaitable_operators::operator||;
  while (!has_input()) {
    const std::variant<std::monostate, Error> first =
        co_await (wait_for_input() || transport.watch());
    if (first.index() == 1) throw Error(std::get<1>(first));
  }
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) co_return nullptr;
  std::shared_ptr<const LineBatch> lines = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= lines->byte_count();
  changed_.notify_all();
  co_return lines;
}

asio::awaitable<void> Session::wait_for_input() {
  while (!has_input()) {
    asio::error_code ignored;
    co_await input_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

bool Session::has_input() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty() || is_input_ended_;
}

void Session::set_open(const Transport& transport) {
  const std::lock_guard lock(mutex_);
  peer_description_ = transport.peer_description();
  stage_ = Stage::Open;
  was_opened_ = true;
  changed_.notify_all();
}

void Session::end(std::exception_ptr error) noexcept {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  queue_.clear();
  stage_ = Stage::Ended;
  changed_.notify_all();
}

}  // namespace vrni2syslog
