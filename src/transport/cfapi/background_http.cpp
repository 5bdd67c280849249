#include "transport/cfapi/background_http.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

#include <asio/post.hpp>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] FileDescriptor make_event() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.is_open()) {
    throw Error(Fault::CannotCreate,
                "cannot make an eventfd: " + errno_text(errno) + "; allow more open files");
  }
  return event;
}

}  // namespace

BackgroundHttp::BackgroundHttp(asio::io_context& loop, CurlSettings settings)
    : client_(std::move(settings), system_clock(), RunLimits{.stop = stop_.get_token()}),
      done_(loop, make_event()) {}

BackgroundHttp::~BackgroundHttp() {
  stop_.request_stop();
  thread_.join();
}

asio::awaitable<HttpResponse> BackgroundHttp::send(HttpRequest request) {
  // A handler of the thread pool must be copyable.
  auto shared = std::make_shared<HttpRequest>(std::move(request));
  asio::post(thread_, [this, shared] { run(std::move(*shared)); });
  while (!has_ended()) co_await done_.wait(Readiness::Readable, SteadyTime::max());
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
  const std::uint64_t one = 1;
  // It cannot fail: the count is 0 before each request.
  (void)!::write(done_.get(), &one, sizeof one);
}

bool BackgroundHttp::has_ended() {
  std::uint64_t count = 0;
  return ::read(done_.get(), &count, sizeof count) == sizeof count;
}

}  // namespace vrni2syslog
