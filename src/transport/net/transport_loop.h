#pragma once

#include <memory>
#include <thread>

namespace asio {
class io_context;
}

namespace vrni2syslog {

/// The event loop of all collectors and its one thread, in which every signal is blocked: signals
/// are for the thread that waits for them. Runs from construction to destruction.
class TransportLoop {
 public:
  TransportLoop();
  TransportLoop(const TransportLoop&) = delete;
  TransportLoop& operator=(const TransportLoop&) = delete;
  /// Drops what is still under way.
  ~TransportLoop();

  [[nodiscard]] asio::io_context& context() noexcept { return *context_; }

 private:
  std::unique_ptr<asio::io_context> context_;
  std::thread thread_;
};

}  // namespace vrni2syslog
