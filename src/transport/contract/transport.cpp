#include "transport/contract/transport.h"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>

namespace vrni2syslog {

asio::awaitable<Error> Transport::watch() {
  asio::steady_timer never(co_await asio::this_coro::executor);
  never.expires_at(std::chrono::steady_clock::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
  // NOLINTNEXTLINE(bugprone-throw-keyword-missing): it is returned.
  co_return Error(Fault::Bug, "a timer without an end has ended");
}

asio::awaitable<std::optional<std::string>> Transport::offsets_of(
    std::shared_ptr<const EpochLabel> epoch) {
  (void)epoch;
  co_return std::nullopt;
}

asio::awaitable<void> Transport::close() {
  co_return;
}

}  // namespace vrni2syslog
