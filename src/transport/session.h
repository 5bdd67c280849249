#pragma once

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

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

namespace vrni2syslog {

/// One connection to a collector from open to receipt: a coroutine on the transport loop, and the
/// bounded queue through which the pipeline's thread feeds it. The functions of the caller's side
/// return false where the run's limits came first; the epoch should then be cancelled.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// Starts on the loop at once. `loop` and `log` must outlive the coroutine.
  [[nodiscard]] static std::shared_ptr<Session> start(asio::io_context& loop,
                                                      const CollectorAddress& address,
                                                      const CollectorOptions& options, Log& log);

  Session(asio::io_context& loop, const CollectorAddress& address, const CollectorOptions& options,
          Log& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  /// Waits for the connection; throws why there is none.
  [[nodiscard]] bool wait_until_open(const RunLimits& limits);
  /// Queues lines, waiting for room; throws why the connection has ended.
  [[nodiscard]] bool push(std::shared_ptr<const LineBatch> lines, const RunLimits& limits);
  /// Has everything sent and the connection closed.
  void end_input();
  /// The same, and waits for that.
  [[nodiscard]] bool finish(const RunLimits& limits);
  /// Breaks off, whatever is under way, and waits until it is, or some seconds if the system hangs.
  void cancel() noexcept;

  /// After finish(). Throws what this computer could not do.
  [[nodiscard]] Receipt receipt() const;
  /// Whether it got as far as a connection, which may have ended since.
  [[nodiscard]] bool was_opened() const;
  /// After wait_until_open().
  [[nodiscard]] const Endpoint& endpoint() const noexcept { return address_[endpoint_index_]; }
  /// Its place in the address.
  [[nodiscard]] std::size_t endpoint_index() const noexcept { return endpoint_index_; }
  [[nodiscard]] const std::string& peer_description() const noexcept { return peer_description_; }

 private:
  enum class Stage { Opening, Open, Ended };

  static asio::awaitable<void> run(std::shared_ptr<Session> self);
  asio::awaitable<std::unique_ptr<Transport>> open_first();
  asio::awaitable<void> transfer(Transport& transport);
  asio::awaitable<std::shared_ptr<const LineBatch>> next_lines(Transport& transport);
  asio::awaitable<void> wait_for_input();

  [[nodiscard]] bool has_input() const;
  void wake_loop();
  void set_open(const Transport& transport);
  void end(std::exception_ptr error) noexcept;
  template <typename Condition>
  bool wait(std::unique_lock<std::mutex>& lock, const RunLimits& limits, Condition condition);

  asio::io_context& loop_;
  const CollectorAddress address_;
  const CollectorOptions options_;
  Log& log_;

  // Of the loop's thread.
  asio::steady_timer input_;  ///< never expires; cancelled when there is input
  asio::cancellation_signal cancellation_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Under the mutex, except that endpoint and description are fixed from Stage::Open on.
  Stage stage_ = Stage::Opening;
  std::deque<std::shared_ptr<const LineBatch>> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_input_ended_ = false;
  bool was_opened_ = false;
  std::size_t endpoint_index_ = 0;
  std::string peer_description_;
  Receipt receipt_;
  std::exception_ptr error_;
};

}  // namespace vrni2syslog
