#pragma once

#include <chrono>
#include <cstddef>
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
  std::string error;  ///< for the user, with remedy; empty when Answered
};

/// One connection to the platform, kept alive between requests. Used by one thread at a time.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Sends a request and waits for the whole answer, bounded by the client's time-outs and the
  /// run's limits. Failures of the network are outcomes; throws Error(TemporaryFailure) only when
  /// the run is being stopped or its deadline has passed.
  [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) = 0;
};

}  // namespace vrni2syslog
