#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/line_batch.h"
#include "transport/contract/receipt.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace vrni2syslog {

/// A connected datagram socket: one line is one datagram (RFC 5426 section 3.1). Belongs to the
/// loop's thread.
class DatagramConnection {
 public:
  struct Rules {
    /// Whether to pause now and then: a network drops what comes too fast, a unix socket makes the
    /// sender wait.
    bool is_paced = false;
    CollectorOptions options;
  };

  DatagramConnection(std::unique_ptr<WatchedDescriptor> socket, const Rules& rules)
      : rules_(rules), socket_(std::move(socket)) {}

  /// These three as Transport has them.
  asio::awaitable<void> send(const LineBatch& lines);
  asio::awaitable<Error> watch();
  asio::awaitable<Receipt> close();

 private:
  asio::awaitable<void> send_line(std::string_view line);
  void read_and_discard() noexcept;

  Rules rules_;
  std::unique_ptr<WatchedDescriptor> socket_;
  std::size_t bytes_since_pause_ = 0;
  /// What the network has reported, which the kernel tells only once; 0 for nothing.
  int error_ = 0;
};

}  // namespace vrni2syslog
