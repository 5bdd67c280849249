#pragma once

#include "base/clock.h"
#include "base/file.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <memory>

namespace vrni2syslog {

/// What a coroutine waits for.
enum class Readiness { Readable, Writable, Either };

/// A non-blocking descriptor, and waiting for it. Its user reads and writes with system calls, so
/// that one coroutine can serve both directions, and so that OpenSSL can do it as well. Belongs to
/// the loop's thread.
class WatchedDescriptor {
 public:
  /// Makes the descriptor non-blocking and owns it.
  WatchedDescriptor(asio::io_context& loop, FileDescriptor descriptor);
  WatchedDescriptor(const WatchedDescriptor&) = delete;
  WatchedDescriptor& operator=(const WatchedDescriptor&) = delete;
  ~WatchedDescriptor();

  [[nodiscard]] int get() noexcept { return descriptor_.native_handle(); }

  /// Waits until the descriptor is ready or in error (true), or until `until` (false). May wake up
  /// early, so the caller must try its operation and may have to wait again. Only one wait at a
  /// time.
  asio::awaitable<bool> wait(Readiness wanted, SteadyTime until);

 private:
  struct Wakeup;
  /// For one direction: Readable or Writable.
  void arm(Readiness direction);

  asio::posix::stream_descriptor descriptor_;
  /// Shared with the handlers, which run once more after this object is gone.
  std::shared_ptr<Wakeup> wakeup_;
};

}  // namespace vrni2syslog
