#include "transport/net/watched_descriptor.h"

#include <asio/error_code.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <fcntl.h>
#include <utility>

namespace vrni2syslog {

/// A timer that is cancelled to show readiness, so that a time-out costs nothing extra.
struct WatchedDescriptor::Wakeup {
  explicit Wakeup(asio::io_context& loop) : timer(loop) {}

  asio::steady_timer timer;
  bool is_read_armed = false;
  bool is_write_armed = false;
  bool is_ready = false;
};

WatchedDescriptor::WatchedDescriptor(asio::io_context& loop, FileDescriptor descriptor)
    : descriptor_(loop), wakeup_(std::make_shared<Wakeup>(loop)) {
  descriptor_.assign(descriptor.get());
  (void)descriptor.release();
  descriptor_.non_blocking(true);
}

WatchedDescriptor::~WatchedDescriptor() = default;

void WatchedDescriptor::arm(Readiness direction) {
  const bool wants_to_write = direction == Readiness::Writable;
  bool& is_armed = wants_to_write ? wakeup_->is_write_armed : wakeup_->is_read_armed;
  if (is_armed) return;
  is_armed = true;
  const auto event = wants_to_write ? asio::posix::stream_descriptor::wait_write
                                    : asio::posix::stream_descriptor::wait_read;
  descriptor_.async_wait(event, [wakeup = wakeup_, wants_to_write](const asio::error_code&) {
    (wants_to_write ? wakeup->is_write_armed : wakeup->is_read_armed) = false;
    wakeup->is_ready = true;
    wakeup->timer.cancel();
  });
}

asio::awaitable<bool> WatchedDescriptor::wait(Readiness wanted, SteadyTime until) {
  // A direction armed by an earlier wait may have fired meanwhile; that costs one early return.
  if (wanted != Readiness::Writable) arm(Readiness::Readable);
  if (wanted != Readiness::Readable) arm(Readiness::Writable);
  const std::shared_ptr<Wakeup> wakeup = wakeup_;
  while (!wakeup->is_ready && std::chrono::steady_clock::now() < until) {
    wakeup->timer.expires_at(until);
    asio::error_code ignored;
    co_await wakeup->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::exchange(wakeup->is_ready, false);
}

}  // namespace vrni2syslog
