#pragma once

#include "http/curl_http_client.h"
#include "http/curl_settings.h"
#include "http/http_client.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>

#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace vrni2syslog {

/// Requests over HTTP for the loop, which must not wait: a thread of its own does, one request
/// after the other. Belongs to the loop's thread.
class BackgroundHttp {
 public:
  /// Throws Error(CannotCreate) if the system has no descriptor left.
  BackgroundHttp(asio::io_context& loop, CurlSettings settings);
  BackgroundHttp(const BackgroundHttp&) = delete;
  BackgroundHttp& operator=(const BackgroundHttp&) = delete;
  /// Breaks off the request that is under way, which takes milliseconds.
  ~BackgroundHttp();

  /// Sends a request and waits for its answer. After it was cancelled, only the destructor may
  /// follow. Throws what PendingAnswer::wait() throws.
  asio::awaitable<HttpResponse> send(HttpRequest request);

  /// CurlHttpClient::peer_description(), between two requests.
  [[nodiscard]] std::string peer_description() const { return client_.peer_description(); }

 private:
  void run(HttpRequest request) noexcept;

  std::stop_source stop_;
  CurlHttpClient client_;
  WatchedDescriptor done_;  ///< a wake event, raised once the request has ended
  std::mutex mutex_;
  std::optional<HttpResponse> response_;  ///< under the mutex
  std::exception_ptr error_;              ///< under the mutex
  asio::thread_pool thread_{1};
};

}  // namespace vrni2syslog
