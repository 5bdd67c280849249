#include "transport/net/name_lookup.h"

#include "base/error.h"
#include "transport/net/resolver.h"
#include "transport/net/transport_loop.h"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include <future>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

/// How soon a stop is noticed.
constexpr std::chrono::milliseconds kStopPoll{100};

}  // namespace

std::vector<std::string> look_up_addresses(TransportLoop& loop, const std::string& host,
                                           std::chrono::milliseconds timeout,
                                           const RunLimits& limits) {
  const SteadyTime until = std::chrono::steady_clock::now() + timeout;
  auto lookup = resolve(loop.context(), host, 0, SOCK_STREAM, until);
  std::future<std::vector<SocketAddress>> answer =
      asio::co_spawn(loop.context(), std::move(lookup), asio::use_future);
  while (answer.wait_for(kStopPoll) != std::future_status::ready) {
    throw_if_ended(limits, std::chrono::steady_clock::now(), "looking up " + printable(host));
  }
  std::vector<std::string> addresses;
  for (const SocketAddress& address : answer.get()) addresses.push_back(address.host_text());
  return addresses;
}

}  // namespace vrni2syslog
