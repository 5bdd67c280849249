#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// One request. Header values may hold secrets: a request is never printed.
struct HttpRequest {
  std::string method;                ///< GET, POST, DELETE
  std::string url;                   ///< absolute, with the scheme that the client is for
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  std::size_t max_response_bytes =
      256U * 1024 * 1024;  ///< a longer answer ends the transfer with TooLarge
  /// Asks for an answer that is not compressed, and takes it as it comes, whatever coding it names.
  bool is_uncompressed = false;
  /// Compresses the body on its way (Content-Encoding: gzip).
  bool is_body_compressed = false;
  /// If set, it bounds the request in place of the client's time-outs and the run's limits. For
  /// what must be tidied up even after the run was stopped.
  std::optional<std::chrono::milliseconds> own_time_limit;
};

/// How a request ended, as far as it decides whether to try again.
enum class HttpOutcome {
  Answered,            ///< there is a status, and the body is whole
  CannotConnect,       ///< name not found, refused, unreachable: nothing was sent
  ProxyLoginRefused,   ///< 407 of the proxy: trying again might lock the account
  CertificateRefused,  ///< a side of TLS refuses the other: trying again changes nothing
  TimedOut,
  CutOff,  ///< the connection broke before the answer was whole
  TooLarge,
  Undecodable,  ///< an answer came, but it is not HTTP, or its content coding is unknown or damaged
};

struct HttpResponse {
  HttpOutcome outcome = HttpOutcome::Answered;
  int status = 0;
  std::string body;
  std::string content_type;
  std::string location;  ///< where a redirect leads; empty if the answer does not say so
  std::optional<std::chrono::seconds> retry_after;  ///< from either form of the header
  std::optional<std::chrono::sys_seconds> date;     ///< the server's clock, if the answer tells it
  std::string error;                        ///< for the user, with remedy; empty when Answered
  std::chrono::milliseconds waited_for{0};  ///< from the request until its answer was seen
  /// The part of waited_for during which the client was not driven: the answer may have been there
  /// already.
  std::chrono::milliseconds unattended{0};
  /// When the request was sent, which may be long before anybody waited for it.
  SteadyTime sent_at = SteadyTime::max();
};

/// The answer to a request that is under way. It belongs to whoever began the request; dropping it
/// breaks the request off. The client must outlive it.
class PendingAnswer {
 public:
  PendingAnswer() = default;
  PendingAnswer(const PendingAnswer&) = delete;
  PendingAnswer& operator=(const PendingAnswer&) = delete;
  virtual ~PendingAnswer() = default;

  /// Whether wait() returns at once.
  [[nodiscard]] virtual bool is_there() const = 0;

  /// The status of the answer, if is_there() and the client tells it before wait(); otherwise 0.
  [[nodiscard]] virtual int status() const { return 0; }

  /// Waits for the whole answer, bounded by the client's time-outs and the run's limits. To be
  /// called once. Failures of the network are outcomes; throws Error(Interrupted) only if the run
  /// is stopped or its deadline passes.
  [[nodiscard]] virtual HttpResponse wait() = 0;
};

/// Connections to a server, kept alive between requests. Used by one thread at a time.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Begins a request and returns at once. Whatever goes wrong is reported by the answer. A client
  /// that has nothing to wait for may do all the work in PendingAnswer::wait().
  [[nodiscard]] virtual std::unique_ptr<PendingAnswer> begin(HttpRequest request) = 0;

  /// Begins a request and waits for its answer. Throws what PendingAnswer::wait() throws.
  [[nodiscard]] HttpResponse send(HttpRequest request) { return begin(std::move(request))->wait(); }

  /// How many requests have no answer yet.
  [[nodiscard]] virtual std::size_t in_flight() const { return 0; }

  /// Waits until one more of them has its answer. Returns false if none will have one before
  /// somebody waits for it alone. Throws what PendingAnswer::wait() throws.
  [[nodiscard]] virtual bool await_any() { return false; }
};

}  // namespace vrni2syslog
