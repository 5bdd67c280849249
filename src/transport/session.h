#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/run_limits.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace vrni2syslog {

/// A session with a collector, for one epoch or, if the transport is reusable, for many: a
/// coroutine on the transport loop, and the bounded queue through which the pipeline's thread feeds
/// it. A connection that the peer closes before the first line of an epoch is made again. If a
/// connection was closed because it was idle, the session commits an epoch in parts from then on,
/// each before the connection has been idle for so long again. The functions of the caller's side
/// that return bool return false if the run's limits came first; the session should then be
/// cancelled.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// Connects at once, for the first epoch. `loop` and `log` must outlive the coroutine.
  [[nodiscard]] static std::shared_ptr<Session> start(asio::io_context& loop,
                                                      const CollectorAddress& address,
                                                      const CollectorOptions& options, Log& log);

  Session(asio::io_context& loop, const CollectorAddress& address, const CollectorOptions& options,
          Log& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  /// Waits for the connection. Throws the error if there is none.
  [[nodiscard]] bool wait_until_open(const RunLimits& limits);
  /// Begins another epoch. False if the session has ended, because its transport is not reusable or
  /// because the peer has left.
  [[nodiscard]] bool begin_epoch();
  /// Queues lines, waiting for room. Throws the error if the session has ended.
  [[nodiscard]] bool push(std::shared_ptr<const LineBatch> lines, const RunLimits& limits);
  /// Has the transport tell where the lines of `epoch` are stored, and waits for the answer, which
  /// offsets() then has; `epoch` is not null. Throws the error if the session has ended.
  [[nodiscard]] bool ask_for_offsets(std::shared_ptr<const EpochLabel> epoch,
                                     const RunLimits& limits);
  /// After ask_for_offsets(): what Transport::offsets_of() has answered.
  [[nodiscard]] std::optional<std::string> offsets() const {
    const std::lock_guard lock(mutex_);
    return offsets_;
  }
  /// Ends the epoch's input; the loop then sends and commits the rest.
  void end_epoch();
  /// The same, and waits until it is done.
  [[nodiscard]] bool finish(const RunLimits& limits);
  /// Ends the session, in order if it is between two epochs and the peer goes along within a few
  /// seconds; otherwise as cancel() does.
  void close(const RunLimits& limits) noexcept;
  /// Breaks off whatever is under way, and waits until that is done, or some seconds if the system
  /// hangs.
  void cancel() noexcept;

  /// After finish(). Throws if this computer could not do its part, or if the peer refuses us.
  [[nodiscard]] Receipt receipt() const;
  /// Whether there ever was a connection, which may have ended since.
  [[nodiscard]] bool was_opened() const;
  /// The endpoint of the address that is used: its place there, and itself. Both are valid if
  /// was_opened().
  [[nodiscard]] std::size_t endpoint_index() const;
  [[nodiscard]] const Endpoint& endpoint() const { return address_[endpoint_index()]; }
  /// What was wrong with the addresses that were tried before it; empty if it was the first.
  [[nodiscard]] std::string failures() const;
  [[nodiscard]] std::string peer_description() const;
  /// What CollectorOptions::longest_idle should be for the next session, after what this one has
  /// seen.
  [[nodiscard]] std::optional<std::chrono::milliseconds> longest_idle() const;

 private:
  enum class Stage {
    Opening,
    InEpoch,
    BetweenEpochs,  ///< the receipt is there, and the connection is kept for the next epoch
    Closing,
    Ended
  };

  static asio::awaitable<void> run(std::shared_ptr<Session> self);
  asio::awaitable<std::unique_ptr<Transport>> connect();
  asio::awaitable<std::unique_ptr<Transport>> connect_again();
  asio::awaitable<void> run_epoch(std::unique_ptr<Transport>& transport);
  asio::awaitable<void> await_input_or_reconnect(std::unique_ptr<Transport>& transport);
  asio::awaitable<void> send_part(Transport& transport);
  asio::awaitable<bool> has_another_part(std::unique_ptr<Transport>& transport);
  asio::awaitable<void> answer(Transport& transport, std::shared_ptr<const EpochLabel> epoch);
  asio::awaitable<void> await_lines_or_pause(Transport& transport);
  asio::awaitable<bool> await_next_epoch(Transport& transport);
  asio::awaitable<void> close_in_order(Transport& transport);
  asio::awaitable<void> await_input(SteadyTime until);
  asio::awaitable<void> await_stage_change(Stage from);

  [[nodiscard]] Error within_endpoint(const Error& error) const;
  [[nodiscard]] bool has_input() const;
  [[nodiscard]] bool is_input_used_up() const;
  [[nodiscard]] std::shared_ptr<const LineBatch> take_lines();
  [[nodiscard]] std::shared_ptr<const EpochLabel> question() const {
    const std::lock_guard lock(mutex_);
    return question_;
  }
  void require_not_ended() const;
  [[nodiscard]] SteadyTime end_of_pause(const Transport& transport) const;
  [[nodiscard]] Error idle_end(const Error& end);
  [[nodiscard]] Stage stage() const;
  [[nodiscard]] Stage end_if_between_epochs();
  void wake_loop();
  void set_stage(Stage stage);
  void set_receipt(Receipt receipt);
  void set_connected(std::size_t endpoint_index, const Transport& transport, std::string failures);
  void end(std::exception_ptr error) noexcept;
  template <typename Condition>
  bool wait(std::unique_lock<std::mutex>& lock, const RunLimits& limits, Condition condition);

  asio::io_context& loop_;
  const CollectorAddress address_;
  const CollectorOptions options_;
  Log& log_;

  // Only for the loop's thread.
  asio::steady_timer wakeup_;  ///< never expires; cancelled to have the coroutine look again
  asio::cancellation_signal cancellation_;
  bool has_committed_part_ = false;  ///< of the epoch that is being sent
  SteadyTime last_use_{};            ///< when the connection was made, or the last lines were sent

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Under the mutex.
  Stage stage_ = Stage::Opening;
  std::deque<std::shared_ptr<const LineBatch>> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_input_ended_ = false;
  /// The epoch whose offsets are asked for; null if nobody waits for them.
  std::shared_ptr<const EpochLabel> question_;
  std::optional<std::string> offsets_;
  bool was_opened_ = false;
  std::size_t endpoint_index_ = 0;
  std::string failures_;
  std::string peer_description_;
  std::optional<std::chrono::milliseconds> longest_idle_;
  /// The last epoch's receipt; Failed if the connection broke.
  Receipt receipt_;
  /// The error that ended the session, unless the receipt says it.
  std::exception_ptr error_;
};

}  // namespace vrni2syslog
