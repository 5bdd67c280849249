#include "transport/net/resolver.h"

#include "base/error.h"
#include "base/freed_by.h"
#include "transport/net/network_failure.h"
#include "transport/net/transport_loop.h"
#include "transport/net/wake_event.h"
#include "transport/net/watched_descriptor.h"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <thread>
#include <utility>

namespace vrni2syslog {
namespace {

/// How soon look_up_addresses() notices a stop.
constexpr std::chrono::milliseconds kStopPoll{100};

/// One lookup: the question, and the answer once it is done. Shared by the coroutine that
/// asks and the thread that looks up, since getaddrinfo(3) cannot be cancelled and so may outlive
/// the coroutine, and even the loop.
struct Lookup {
  std::string host;
  std::string port;
  addrinfo hints{};
  FileDescriptor done;  ///< a wake event, raised after is_done

  std::atomic<bool> is_done = false;
  int result = 0;
  int error_number = 0;
  std::vector<SocketAddress> addresses;
};

void look_up(Lookup& lookup) {
  addrinfo* list = nullptr;
  lookup.result = ::getaddrinfo(lookup.host.c_str(), lookup.port.c_str(), &lookup.hints, &list);
  lookup.error_number = errno;
  const std::unique_ptr<addrinfo, FreedBy<::freeaddrinfo>> owner(list);
  if (lookup.result != 0) return;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next)
    lookup.addresses.emplace_back(entry->ai_addr, entry->ai_addrlen);
}

void look_up_and_tell(const std::shared_ptr<Lookup>& lookup) {
  look_up(*lookup);
  lookup->is_done.store(true, std::memory_order_release);
  raise_wake_event(lookup->done.get());
}

std::shared_ptr<Lookup> make_lookup(std::string host, std::uint16_t port, int socket_type) {
  auto lookup = std::make_shared<Lookup>();
  lookup->host = std::move(host);
  lookup->port = std::to_string(port);
  lookup->hints.ai_family = AF_UNSPEC;
  lookup->hints.ai_socktype = socket_type;
  lookup->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  return lookup;
}

[[noreturn]] void fail(const Lookup& lookup) {
  throw Error(Fault::Unreachable,
              fmt::format("cannot look up {}: {}", printable(lookup.host),
                          lookup_failure_text(lookup.result, lookup.error_number)));
}

/// Starts the lookup in a thread of its own. Returns a descriptor that becomes readable when it is
/// done.
FileDescriptor start(const std::shared_ptr<Lookup>& lookup) {
  try {
    lookup->done = make_wake_event();
    FileDescriptor watched = copy_wake_event(lookup->done.get());
    std::thread(look_up_and_tell, lookup).detach();
    return watched;
  } catch (const std::runtime_error& error) {  // Error, or std::system_error of the thread
    throw Error(Fault::Unreachable, fmt::format("cannot look up a name: {}", error.what()));
  }
}

}  // namespace

asio::awaitable<std::vector<SocketAddress>> resolve(asio::io_context& loop, std::string host,
                                                    std::uint16_t port, int socket_type,
                                                    SteadyTime until) {
  const std::shared_ptr<Lookup> lookup = make_lookup(std::move(host), port, socket_type);
  look_up(*lookup);  // an address needs no resolver, and so does not block
  if (lookup->result == EAI_NONAME) {
    lookup->hints.ai_flags = AI_NUMERICSERV;
    FileDescriptor done = start(lookup);
    WatchedDescriptor watched(loop, std::move(done));
    do {
      const bool is_ready = co_await watched.wait(Readiness::Readable, until);
      if (is_ready) continue;
      throw Error(Fault::Unreachable,
                  fmt::format("cannot look up {}: the name server does not answer",
                              printable(lookup->host)));
    } while (!lookup->is_done.load(std::memory_order_acquire));
  }
  if (lookup->result != 0) fail(*lookup);
  co_return lookup->addresses;
}

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
