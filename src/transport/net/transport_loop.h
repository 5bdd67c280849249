#pragma once

#include <memory>
#include <thread>

namespace asio {
class io_context;
}

namespace vrni2syslog {

/// The event loop of all collectors, and its one thread. Every signal is blocked in it, because
/// another thread waits for signals. Runs from construction to destruction.
class TransportLoop {
 public:
  TransportLoop();
  TransportLoop(const TransportLoop&) = delete;
  TransportLoop& operator=(const TransportLoop&) = delete;
  /// Drops whatever is still in progress.
  ~TransportLoop();

  [[nodiscard]] asio::io_context& context() noexcept { return *context_; }

 private:
  std::unique_ptr<asio::io_context> context_;
  std::thread thread_;
};

}  // namespace vrni2syslog
