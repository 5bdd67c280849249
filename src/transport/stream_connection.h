#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/byte_stream.h"
#include "transport/collector_options.h"
#include "transport/framing.h"
#include "transport/line_batch.h"
#include "transport/receipt.h"
#include "transport/receipt_machine.h"
#include "transport/watched_descriptor.h"

#include <asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace vrni2syslog {

/// A connected stream to a collector: frames lines into one buffer, sends that in large pieces, and
/// reads the peer's side all the while, so that its end is noticed. Belongs to the loop's thread.
class StreamConnection {
 public:
  struct Rules {
    Framing framing = Framing::Lf;
    bool is_tcp = true;  ///< otherwise a unix stream
    CollectorOptions options;
  };

  StreamConnection(std::unique_ptr<WatchedDescriptor> socket, std::unique_ptr<ByteStream> stream,
                   const Rules& rules);

  /// Throws Error(Unavailable).
  asio::awaitable<void> shake_hands(SteadyTime until);
  /// These three as Transport has them.
  asio::awaitable<void> send(const LineBatch& lines);
  asio::awaitable<Error> watch();
  asio::awaitable<Receipt> close();

  [[nodiscard]] const ByteStream& stream() const noexcept { return *stream_; }

 private:
  [[nodiscard]] IoStatus read_and_discard();
  void require_open_peer();
  asio::awaitable<void> flush();

  asio::awaitable<void> await_drain(ReceiptMachine& machine);
  asio::awaitable<void> send_close_notify(ReceiptMachine& machine, SteadyTime until);
  asio::awaitable<void> await_peer(ReceiptMachine& machine, SteadyTime until);
  void handle_peers_end(ReceiptMachine& machine, IoStatus status);
  void shut_write(ReceiptMachine& machine);
  asio::awaitable<void> take_close_step(ReceiptMachine& machine, SteadyTime& close_start);
  [[nodiscard]] std::size_t unacknowledged_bytes();
  [[nodiscard]] bool has_peer_ended();

  Rules rules_;
  // The stream works on the socket, so it goes first.
  std::unique_ptr<WatchedDescriptor> socket_;
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  /// What watch() found, which the kernel and OpenSSL tell only once.
  std::optional<Error> failure_;
};

}  // namespace vrni2syslog
