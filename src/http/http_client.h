#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// One request to the platform. Header values may hold secrets: a request is never printed.
struct HttpRequest {
  std::string method;                ///< GET, POST, DELETE
  std::string url;                   ///< absolute, https
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  std::size_t max_response_bytes =
      256U * 1024 * 1024;  ///< a longer answer ends the transfer with TooLarge
  /// If set, it alone bounds the request, in place of the client's time-outs and the run's limits:
  /// for what must still be tidied up after the run was stopped.
  std::optional<std::chrono::milliseconds> own_time_limit;
};

/// How a request ended, as far as whoever decides about another try must know.
enum class HttpOutcome {
  Answered,            ///< there is a status, and the body is whole
  CannotConnect,       ///< name not found, refused, unreachable: nothing was sent
  ProxyLoginRefused,   ///< 407 of the proxy: trying again might lock the account
  CertificateRefused,  ///< TLS verification failed: trying again changes nothing
  TimedOut,
  CutOff,  ///< the connection broke before the answer was whole, or the answer was not HTTP
  TooLarge,
};

struct HttpResponse {
  HttpOutcome outcome = HttpOutcome::Answered;
  int status = 0;
  std::string body;
  std::string content_type;
  std::optional<std::chrono::seconds> retry_after;  ///< from either form of the header
  std::optional<std::chrono::sys_seconds> date;     ///< the server's clock, where it tells it
  std::string error;                        ///< for the user, with remedy; empty when Answered
  std::chrono::milliseconds waited_for{0};  ///< from the request until its answer was seen
  /// Of that, while nobody called the client: the answer may have been there.
  std::chrono::milliseconds unattended{0};
  /// When the request went out; for one that was begun, before anybody waited for it.
  SteadyTime sent_at = SteadyTime::max();
};

/// A request that was begun, and whose answer is to be taken; 0 is none.
using BegunRequest = std::uint64_t;

/// Connections to the platform, kept alive between requests. Used by one thread at a time.
///
/// A request may be begun before its answer is needed. Nothing else changes for whoever sends it
/// then: send() of an equal request (method, URL and body) takes the answer, or waits for it. A
/// client that cannot begin requests has nothing to do for that.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Sends a request and waits for the whole answer, bounded by the client's time-outs and the
  /// run's limits. Failures of the network are outcomes; throws Error(Unconfirmed) only when
  /// the run is being stopped or its deadline has passed.
  [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) = 0;

  /// Begins a request, and returns at once. What goes wrong is told by send().
  virtual BegunRequest begin(const HttpRequest& /*request*/) { return 0; }
  [[nodiscard]] virtual bool has_begun(const HttpRequest& /*request*/) const { return false; }
  /// Whether the request still waits for somebody to take its answer.
  [[nodiscard]] virtual bool holds(BegunRequest /*begun*/) const { return false; }
  /// Whether send() need not wait.
  [[nodiscard]] virtual bool is_answered(BegunRequest /*begun*/) const { return false; }
  /// How many requests that were begun have no answer yet.
  [[nodiscard]] virtual std::size_t in_flight() const { return 0; }
  /// Waits until one more of them has one. False where none will before somebody waits for it
  /// alone. Throws what send() throws.
  [[nodiscard]] virtual bool await_any() { return false; }
  /// Breaks off what was begun: nobody will ask for it.
  virtual void forget_begun() noexcept {}
};

}  // namespace vrni2syslog
