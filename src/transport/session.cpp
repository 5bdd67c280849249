#include "transport/session.h"

#include "base/error.h"
#include "transport/schemes.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

namespace vrni2syslog {
namespace {

/// Cancelling takes microseconds, unless the loop is stuck in a system call on a dead disk.
constexpr std::chrono::seconds kCancelLimit{5};
/// The orderly end of a session between two epochs is a courtesy: every receipt has been given.
constexpr std::chrono::seconds kCloseLimit{2};

/// A peer that leaves sooner after the last line did not do so because the connection was idle.
constexpr std::chrono::seconds kShortestIdleLimit{1};

/// Whether an address further down the list may do better.
bool may_fail_over(const Error& error) {
  return error.fault() != Fault::Configuration && error.fault() != Fault::Usage;
}

/// Whether the error means that the connection has ended. The receipt tells that.
bool is_for_receipt(const Error& error) {
  return error.fault() == Fault::Unconfirmed;
}

/// Serves the peer until `event` has come. Returns why the connection has ended, if that comes
/// first or at the same time.
asio::awaitable<std::optional<Error>> watch_until(Transport& transport,
                                                  asio::awaitable<void> event) {
  using asio::experimental::awaitable_operators::operator||;
  const std::variant<Error, std::monostate> first =
      co_await (transport.watch() || std::move(event));
  if (first.index() == 1) co_return std::nullopt;
  co_return std::get<0>(first);
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
    : loop_(loop),
      address_(address),
      options_(options),
      log_(log),
      wakeup_(loop),
      longest_idle_(options.longest_idle) {}

// The caller's side.

template <typename Condition>
bool Session::wait(std::unique_lock<std::mutex>& lock, const RunLimits& limits,
                   Condition condition) {
  return changed_.wait_until(lock, limits.stop, limits.deadline, condition);
}

bool Session::wait_until_open(const RunLimits& limits) {
  std::unique_lock lock(mutex_);
  if (!wait(lock, limits, [this] { return stage_ != Stage::Opening; })) return false;
  // If the connection has ended since, push() and receipt() tell that.
  if (!was_opened_) std::rethrow_exception(error_);
  return true;
}

bool Session::begin_epoch() {
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::BetweenEpochs) return false;
    stage_ = Stage::InEpoch;
    is_input_ended_ = false;
    receipt_ = Receipt();
  }
  wake_loop();
  return true;
}

bool Session::push(std::shared_ptr<const LineBatch> lines, const RunLimits& limits) {
  {
    std::unique_lock lock(mutex_);
    const auto has_room = [this] {
      return stage_ == Stage::Ended || queued_bytes_ < options_.queue_bytes;
    };
    if (!wait(lock, limits, has_room)) return false;
    require_not_ended();
    queued_bytes_ += lines->byte_count();
    queue_.push_back(std::move(lines));
  }
  wake_loop();
  return true;
}

bool Session::ask_for_offsets(std::shared_ptr<const EpochLabel> epoch, const RunLimits& limits) {
  std::unique_lock lock(mutex_);
  offsets_.reset();
  question_ = std::move(epoch);
  wake_loop();
  if (!wait(lock, limits, [this] { return !question_ || stage_ == Stage::Ended; })) return false;
  require_not_ended();
  return true;
}

/// Throws why the session has ended, if it has. The mutex is held.
void Session::require_not_ended() const {
  if (error_) std::rethrow_exception(error_);
  if (stage_ == Stage::Ended)
    throw unconfirmed(address_[endpoint_index_].display_name(), receipt_.detail);
}

void Session::end_epoch() {
  {
    const std::lock_guard lock(mutex_);
    is_input_ended_ = true;
  }
  wake_loop();
}

bool Session::finish(const RunLimits& limits) {
  end_epoch();
  std::unique_lock lock(mutex_);
  return wait(lock, limits,
              [this] { return stage_ == Stage::Ended || stage_ == Stage::BetweenEpochs; });
}

void Session::close(const RunLimits& limits) noexcept {
  {
    std::unique_lock lock(mutex_);
    if (stage_ == Stage::BetweenEpochs) {
      stage_ = Stage::Closing;
      wake_loop();
      const SteadyTime until =
          std::min(limits.deadline, SteadyTime(std::chrono::steady_clock::now() + kCloseLimit));
      changed_.wait_until(lock, limits.stop, until, [this] { return stage_ == Stage::Ended; });
    }
  }
  cancel();
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
  if (error_) std::rethrow_exception(error_);
  return receipt_;
}

bool Session::was_opened() const {
  const std::lock_guard lock(mutex_);
  return was_opened_;
}

std::size_t Session::endpoint_index() const {
  const std::lock_guard lock(mutex_);
  return endpoint_index_;
}

std::string Session::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

std::string Session::peer_description() const {
  const std::lock_guard lock(mutex_);
  return peer_description_;
}

std::optional<std::chrono::milliseconds> Session::longest_idle() const {
  const std::lock_guard lock(mutex_);
  return longest_idle_;
}

void Session::wake_loop() {
  asio::post(loop_, [self = shared_from_this()] { self->wakeup_.cancel(); });
}

// The loop's side.

asio::awaitable<void> Session::run(std::shared_ptr<Session> self) {
  try {
    std::unique_ptr<Transport> transport = co_await self->connect();
    bool has_epoch = true;
    while (has_epoch) {
      co_await self->run_epoch(transport);
      has_epoch = false;
      if (transport && transport->is_reusable())
        has_epoch = co_await self->await_next_epoch(*transport);
    }
  } catch (const std::system_error& error) {
    // Asio's own: the system lacks descriptors or memory, or the session was cancelled.
    throw Error(Fault::Unconfirmed, error.what());
  }
}

/// Connects to the first of the addresses that can be used.
asio::awaitable<std::unique_ptr<Transport>> Session::connect() {
  std::string failures;
  bool do_all_refuse = true;
  bool do_all_refuse_login = true;
  for (std::size_t index = 0; index < address_.size(); ++index) {
    const Endpoint& endpoint = address_[index];
    try {
      std::unique_ptr<Transport> transport =
          co_await find_scheme(endpoint.scheme)->connect(loop_, endpoint, options_);
      set_connected(index, *transport, std::move(failures));
      co_return transport;
    } catch (const Error& error) {
      if (!may_fail_over(error) || address_.size() == 1)
        throw error.within(endpoint.display_name());
      do_all_refuse = do_all_refuse && is_refusal(error.fault());
      do_all_refuse_login = do_all_refuse_login && error.fault() == Fault::LoginRefused;
      if (!failures.empty()) failures += "; ";
      failures += fmt::format("{}: {}", endpoint.display_name(), error.what());
    }
  }
  if (do_all_refuse_login) throw Error(Fault::LoginRefused, failures);
  throw Error(do_all_refuse ? Fault::Refused : Fault::Unreachable, failures);
}

/// Connects anew for the rest of an epoch. Once a part of it is committed, only the same address
/// will do: the lines of one epoch must not be spread over the addresses of a list.
asio::awaitable<std::unique_ptr<Transport>> Session::connect_again() {
  if (!has_committed_part_) co_return co_await connect();
  try {
    std::unique_ptr<Transport> transport =
        co_await find_scheme(endpoint().scheme)->connect(loop_, endpoint(), options_);
    last_use_ = std::chrono::steady_clock::now();
    co_return transport;
  } catch (const Error& error) {
    throw error.within(endpoint().display_name());
  }
}

/// Sends an epoch and sets its receipt. If the connection breaks, the transport is gone afterwards.
asio::awaitable<void> Session::run_epoch(std::unique_ptr<Transport>& transport) {
  try {
    Receipt receipt;
    has_committed_part_ = false;
    for (bool has_more = true; has_more;) {
      if (!transport) transport = co_await connect_again();
      co_await await_input_or_reconnect(transport);
      co_await send_part(*transport);
      Receipt part = co_await transport->commit();
      if (!has_committed_part_ || part.verdict < receipt.verdict) std::swap(receipt, part);
      std::ranges::move(part.warnings, std::back_inserter(receipt.warnings));
      has_committed_part_ = true;
      has_more = false;
      if (receipt.verdict != Verdict::Failed) has_more = co_await has_another_part(transport);
    }
    set_receipt(std::move(receipt));
  } catch (const Error& error) {
    if (!transport) throw;  // connect() has told everything
    transport.reset();
    if (!is_for_receipt(error)) throw within_endpoint(error);
    Receipt failed;
    failed.detail = error.what();
    set_receipt(std::move(failed));
  }
}

/// Waits for lines or the end of the epoch, while the connection holds no line that is not
/// committed. A peer may close a connection that is idle while the platform is slow (a load
/// balancer does). Nothing is lost with it, so it is made again when it is needed.
asio::awaitable<void> Session::await_input_or_reconnect(std::unique_ptr<Transport>& transport) {
  std::optional<Error> end;
  // Again with the input there: if both came at the same time, the input may have been seen first,
  // but watch() then finds the end at once.
  for (int look = 0; look < 2 && !end; ++look) {
    asio::awaitable<void> input = await_input(SteadyTime::max());
    end = co_await watch_until(*transport, std::move(input));
  }
  if (!end) co_return;
  if (!is_for_receipt(*end)) throw Error(*end);
  const Error reason = idle_end(*end);
  log_.info(LogEvent::CollectorReconnected,
            fmt::format("{}: the connection ended before the first line ({}); connecting again",
                        endpoint().display_name(), reason.what()),
            {{"collector", endpoint().display_name()}});
  transport.reset();
  co_await await_input(SteadyTime::max());
  transport = co_await connect_again();
}

/// Sends lines to the end of the epoch, or until a pause that is too long.
asio::awaitable<void> Session::send_part(Transport& transport) {
  while (true) {
    co_await await_lines_or_pause(transport);
    const std::shared_ptr<const LineBatch> lines = take_lines();
    std::shared_ptr<const EpochLabel> epoch = lines ? nullptr : question();
    if (!lines && !epoch) co_return;
    if (lines) co_await transport.send(*lines);
    if (epoch) co_await answer(transport, std::move(epoch));
    last_use_ = std::chrono::steady_clock::now();
  }
}

/// Answers ask_for_offsets(), once all lines before it are sent.
asio::awaitable<void> Session::answer(Transport& transport,
                                      std::shared_ptr<const EpochLabel> epoch) {
  std::optional<std::string> offsets = co_await transport.offsets_of(std::move(epoch));
  const std::lock_guard lock(mutex_);
  offsets_ = std::move(offsets);
  question_.reset();
  changed_.notify_all();
}

asio::awaitable<void> Session::await_lines_or_pause(Transport& transport) {
  while (!has_input() && std::chrono::steady_clock::now() < end_of_pause(transport)) {
    asio::awaitable<void> input = await_input(end_of_pause(transport));
    const std::optional<Error> end = co_await watch_until(transport, std::move(input));
    if (end) throw idle_end(*end);
  }
}

/// After a part was committed: waits whether the epoch has more lines. A transport that cannot be
/// used again is gone afterwards if it has.
asio::awaitable<bool> Session::has_another_part(std::unique_ptr<Transport>& transport) {
  if (is_input_used_up()) co_return false;
  if (!transport->is_reusable()) transport.reset();
  co_await await_input(SteadyTime::max());
  co_return !is_input_used_up();
}

/// The next lines to send, or null if there are none.
std::shared_ptr<const LineBatch> Session::take_lines() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  std::shared_ptr<const LineBatch> lines = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= lines->byte_count();
  changed_.notify_all();
  return lines;
}

/// When the connection will have been idle for too long.
SteadyTime Session::end_of_pause(const Transport& transport) const {
  if (!transport.commits_parts()) return SteadyTime::max();
  const std::lock_guard lock(mutex_);
  return longest_idle_ ? last_use_ + *longest_idle_ : SteadyTime::max();
}

/// Why a connection that nothing was sent on has ended. If it was idle for long, remembers not to
/// leave the next one idle for so long.
Error Session::idle_end(const Error& end) {
  const auto idle = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - last_use_);
  if (!is_for_receipt(end) || idle < kShortestIdleLimit) return end;
  {
    const std::lock_guard lock(mutex_);
    longest_idle_ = std::min(longest_idle_.value_or(idle), idle / 2);
  }
  return Error(end.fault(),
               fmt::format("{}, after {} s without a line", end.what(), idle.count() / 1000));
}

/// Keeps the connection until the caller begins an epoch (true), or closes the session or the peer
/// leaves (false).
asio::awaitable<bool> Session::await_next_epoch(Transport& transport) {
  set_stage(Stage::BetweenEpochs);
  asio::awaitable<void> change = await_stage_change(Stage::BetweenEpochs);
  const std::optional<Error> end = co_await watch_until(transport, std::move(change));
  // If an epoch has begun meanwhile, run_epoch() finds again that the peer has left.
  const Stage now = end_if_between_epochs();
  if (now == Stage::Closing && !end) co_await close_in_order(transport);
  co_return now == Stage::InEpoch;
}

asio::awaitable<void> Session::close_in_order(Transport& transport) {
  try {
    co_await transport.close();
  } catch (const Error& error) {
    log_.info(LogEvent::CollectorSessionNotClosed,
              fmt::format("{}: the session did not end in order, which changes no receipt: {}",
                          endpoint().display_name(), error.what()),
              {{"collector", endpoint().display_name()}});
  }
}

/// Waits for lines or the end of the epoch, but not beyond `until`.
asio::awaitable<void> Session::await_input(SteadyTime until) {
  wakeup_.expires_at(until);
  while (!has_input() && std::chrono::steady_clock::now() < until) {
    asio::error_code ignored;
    co_await wakeup_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<void> Session::await_stage_change(Stage from) {
  wakeup_.expires_at(SteadyTime::max());
  while (stage() == from) {
    asio::error_code ignored;
    co_await wakeup_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

/// The error of an epoch that is not for its receipt to tell.
Error Session::within_endpoint(const Error& error) const {
  // Another address may accept us, so a refusal need not last.
  const bool need_not_last = address_.size() > 1 && is_refusal(error.fault());
  const Fault fault = need_not_last ? Fault::Unreachable : error.fault();
  return Error(fault, error.what()).within(endpoint().display_name());
}

bool Session::has_input() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty() || question_ || is_input_ended_;
}

/// Whether the epoch has no more lines.
bool Session::is_input_used_up() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && is_input_ended_;
}

Session::Stage Session::stage() const {
  const std::lock_guard lock(mutex_);
  return stage_;
}

/// Ends the session unless the caller has begun an epoch, or to close it. Returns the stage.
Session::Stage Session::end_if_between_epochs() {
  const std::lock_guard lock(mutex_);
  if (stage_ == Stage::BetweenEpochs) stage_ = Stage::Ended;
  changed_.notify_all();
  return stage_;
}

void Session::set_stage(Stage stage) {
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  changed_.notify_all();
}

void Session::set_receipt(Receipt receipt) {
  const std::lock_guard lock(mutex_);
  receipt_ = std::move(receipt);
  receipt_.given_at = std::chrono::steady_clock::now();
}

void Session::set_connected(std::size_t endpoint_index, const Transport& transport,
                            std::string failures) {
  last_use_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  endpoint_index_ = endpoint_index;
  peer_description_ = transport.peer_description();
  if (!failures.empty()) failures_ = std::move(failures);
  stage_ = Stage::InEpoch;
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
