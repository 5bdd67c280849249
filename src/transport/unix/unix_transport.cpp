#include "transport/unix/unix_transport.h"

#include "base/error.h"
#include "transport/datagram/datagram_transport.h"
#include "transport/net/connection_race.h"
#include "transport/net/network_failure.h"
#include "transport/stream/plain_stream.h"
#include "transport/stream/stream_connection.h"

#include <cerrno>
#include <string>
#include <utility>

namespace vrni2syslog {

asio::awaitable<std::unique_ptr<Transport>> connect_unix(asio::io_context& loop,
                                                         const Endpoint& endpoint,
                                                         const CollectorOptions& options) {
  const SocketAddress address = SocketAddress::of_path(endpoint.path);
  const std::string path = printable(endpoint.path.string());
  StartedConnect started = start_connect(address, SOCK_DGRAM);
  if (started.error_number == 0) {
    if (options.required_verdict > Verdict::Written) {
      throw Error(Fault::Configuration,
                  "it takes datagrams, of which nobody can know more than 'written': give "
                  "--confirm written or auto, or the path of a stream socket");
    }
    auto socket = std::make_unique<WatchedDescriptor>(loop, std::move(started.socket));
    co_return make_datagram_transport(std::move(socket), path + ", datagrams", Pacing::None,
                                      options);
  }
  if (started.error_number == EPROTOTYPE) started = start_connect(address, SOCK_STREAM);
  if (started.error_number != 0)
    throw Error(Fault::Unreachable, unix_failure_text(started.error_number));
  auto socket = std::make_unique<WatchedDescriptor>(loop, std::move(started.socket));
  auto stream = std::make_unique<PlainStream>(std::move(socket), path + ", stream");
  co_return make_stream_transport(std::move(stream), endpoint.framing, options);
}

}  // namespace vrni2syslog
