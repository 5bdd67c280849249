#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/framing.h"
#include "transport/net/watched_descriptor.h"
#include "transport/stream/byte_stream.h"
#include "transport/stream/line_connection.h"
#include "transport/stream/receipt_machine.h"

#include <asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace vrni2syslog {

/// Syslog over a stream: frames lines into one buffer, sends that in large pieces, and reads the
/// peer's side all the while, so that its end is noticed.
class StreamConnection final : public LineConnection {
 public:
  struct Rules {
    Framing framing = Framing::Lf;
    bool is_tcp = true;  ///< otherwise a unix stream
    CollectorOptions options;
  };

  StreamConnection(std::unique_ptr<WatchedDescriptor> socket, std::unique_ptr<ByteStream> stream,
                   const Rules& rules);

  /// There is nothing to agree on.
  asio::awaitable<void> open() override { co_return; }
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> close() override;
  [[nodiscard]] std::string description() const override { return stream_->description(); }

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
