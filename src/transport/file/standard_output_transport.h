#pragma once

#include "base/file.h"
#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"
#include "transport/net/watched_descriptor.h"

#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// "-": lines on standard output, each ended by a line feed, whether that is a file, a terminal or
/// a pipe. Waits as long as the reader takes (somebody may be reading in a pager). Throws
/// Error(OutputClosed) when the reader has gone.
class StandardOutputTransport final : public Transport {
 public:
  /// `descriptor` stays the caller's.
  StandardOutputTransport(const TransportContext& context, int descriptor)
      : loop_(context.loop), descriptor_(descriptor) {}

  asio::awaitable<void> open() override;
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Receipt> close() override;
  [[nodiscard]] std::string peer_description() const override { return "standard output"; }

 private:
  asio::awaitable<void> flush();
  [[nodiscard]] std::size_t write_some(std::string_view bytes) const;
  [[nodiscard]] bool can_write() const;

  asio::io_context& loop_;
  int descriptor_;
  FileDescriptor terminal_;  ///< the terminal that descriptor_ is, if it is one, opened once more
  /// Tells when a pipe or terminal takes more; null for a file, which always does.
  std::unique_ptr<WatchedDescriptor> writable_;
  std::string buffer_;
};

[[nodiscard]] std::unique_ptr<Transport> make_standard_output_transport(
    const TransportContext& context);

}  // namespace vrni2syslog
