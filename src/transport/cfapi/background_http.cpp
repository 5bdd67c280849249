#include "transport/cfapi/background_http.h"

#include "base/clock.h"
#include "transport/net/wake_event.h"

#include <asio/post.hpp>

#include <memory>
#include <utility>

namespace vrni2syslog {

BackgroundHttp::BackgroundHttp(asio::io_context& loop, CurlSettings settings)
    : client_(std::move(settings), system_clock(), RunLimits{.stop = stop_.get_token()}),
      done_(loop, make_wake_event()) {}

BackgroundHttp::~BackgroundHttp() {
  stop_.request_stop();
  thread_.join();
}

asio::awaitable<HttpResponse> BackgroundHttp::send(HttpRequest request) {
  // A handler of the thread pool must be copyable.
  auto shared = std::make_shared<HttpRequest>(std::move(request));
  asio::post(thread_, [this, shared] { run(std::move(*shared)); });
  while (!clear_wake_event(done_.get()))
    co_await done_.wait(Readiness::Readable, SteadyTime::max());
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  HttpResponse response = *std::exchange(response_, std::nullopt);
  co_return response;
}

void BackgroundHttp::run(HttpRequest request) noexcept {
  std::optional<HttpResponse> response;
  std::exception_ptr error;
  try {
    response = client_.send(std::move(request));
  } catch (...) {
    error = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  response_ = std::move(response);
  error_ = std::move(error);
  raise_wake_event(done_.get());
}

}  // namespace vrni2syslog
