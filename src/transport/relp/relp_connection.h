#pragma once

#include "transport/contract/collector_options.h"
#include "transport/net/watched_descriptor.h"
#include "transport/relp/relp_session.h"
#include "transport/stream/byte_stream.h"
#include "transport/stream/line_connection.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace vrni2syslog {

/// A RELP session over a stream: sends as many lines as its window takes, many at a time, and reads
/// the answers all the while.
class RelpConnection final : public LineConnection {
 public:
  RelpConnection(std::unique_ptr<WatchedDescriptor> socket, std::unique_ptr<ByteStream> stream,
                 const CollectorOptions& options);

  asio::awaitable<void> open() override;
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> close() override;
  [[nodiscard]] std::string description() const override;

 private:
  using Condition = bool (*)(const RelpSession& session);

  asio::awaitable<void> append(const LineBatch& lines);
  asio::awaitable<void> end_session();
  asio::awaitable<void> exchange(Condition is_reached, std::chrono::milliseconds limit);
  [[nodiscard]] Readiness read_answers();
  void end_stream() noexcept;
  [[nodiscard]] Error explained(const Error& error) const;

  CollectorOptions options_;
  // The stream works on the socket, so it goes first.
  std::unique_ptr<WatchedDescriptor> socket_;
  std::unique_ptr<ByteStream> stream_;
  RelpSession session_;
  std::string buffer_;
  /// What watch() found, which the kernel, OpenSSL and the session tell only once.
  std::optional<Error> failure_;
};

}  // namespace vrni2syslog
