#include "transport/cfapi/cfapi_connection.h"

#include "base/error.h"
#include "http/redactor.h"
#include "tls/tls_client.h"
#include "transport/cfapi/background_http.h"
#include "transport/cfapi/event_batch.h"
#include "transport/cfapi/ingestion_patience.h"
#include "transport/cfapi/ingestion_protocol.h"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxAnswerBytes = 1024U * 1024;
/// A collector that refuses many events would fill the log.
constexpr std::size_t kMaxNamedEvents = 20;
/// The pause that a collector has asked for which has not answered at all.
constexpr std::optional<milliseconds> kNotAnswered;

enum class Encryption { None, Tls };

[[nodiscard]] CurlSettings curl_settings(const Endpoint& endpoint, const CollectorOptions& options,
                                         Encryption encryption) {
  return {.peer = HttpPeer::Collector,
          .is_unencrypted = encryption == Encryption::None,
          .peer_name = endpoint.host,
          .tls = endpoint.tls,
          .pin_hint = "?fingerprint=",
          .connect_timeout = options.connect_timeout,
          .answer_timeout = std::chrono::hours(24),  // progress_timeout is shorter
          .progress_timeout = options.progress_timeout};
}

[[nodiscard]] std::string base_url(const Endpoint& endpoint, Encryption encryption) {
  const std::string_view scheme = encryption == Encryption::None ? "http" : "https";
  std::string host = endpoint.host;
  if (host.find(':') != std::string::npos) {
    // RFC 6874 section 2: the sign before a zone is encoded.
    if (const std::size_t zone = host.find('%'); zone != std::string::npos)
      host.replace(zone, 1, "%25");
    host = fmt::format("[{}]", host);
  }
  return fmt::format("{}://{}:{}", scheme, host, endpoint.port);
}

/// A session with the ingestion API: collects events, posts them, and counts what was stored.
class CfapiConnection final : public Transport {
 public:
  CfapiConnection(asio::io_context& loop, const Endpoint& endpoint, const CollectorOptions& options,
                  Encryption encryption)
      : endpoint_(endpoint),
        password_(options.password),
        agent_(endpoint.ingestion.agent.empty() ? options.agent : endpoint.ingestion.agent),
        url_(base_url(endpoint, encryption)),
        encryption_(encryption),
        facts_(facts_of(endpoint.ingestion.api)),
        redactor_({options.password}),
        pause_(loop),
        http_(loop, curl_settings(endpoint, options, encryption)),
        batch_(facts_) {}

  /// Logs in if there is an account, and sees that the API is there. Throws Error(Unreachable),
  /// Error(Refused) or Error(LoginRefused).
  asio::awaitable<void> open();
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] bool is_reusable() const noexcept override { return is_reusable_; }
  asio::awaitable<void> close() override { co_return; }
  [[nodiscard]] std::string peer_description() const override { return peer_description_; }

 private:
  asio::awaitable<void> log_in();
  asio::awaitable<void> send_batch();
  asio::awaitable<IngestionAnswer> post_events(const Bisection::Part& part);
  asio::awaitable<void> rest(IngestionPatience& patience, std::optional<milliseconds> asked,
                             std::string reason);
  [[nodiscard]] HttpRequest make_request(std::string_view path, std::string body) const;
  [[nodiscard]] Error failure_of(const HttpResponse& response, Fault fault) const;
  [[nodiscard]] bool has_sessions() const noexcept {
    return !endpoint_.ingestion.user.empty() && !facts_.session_path.empty();
  }
  [[nodiscard]] std::string part_body(const Bisection::Part& part) const;
  void note_refusal(const Bisection::Part& part, const std::string& reason);
  void describe_peer();

  Endpoint endpoint_;
  Secret password_;
  std::string agent_;
  std::string url_;
  Encryption encryption_;
  const IngestionFacts& facts_;
  Redactor redactor_;
  Secret token_;
  asio::steady_timer pause_;
  BackgroundHttp http_;
  EventBatch batch_;
  std::string peer_description_;
  std::vector<std::string> warnings_;  ///< about the epoch, for its receipt
  std::size_t reduced_events_ = 0;     ///< of the epoch
  std::minstd_rand random_{std::random_device()()};
  bool is_reusable_ = false;
};

asio::awaitable<void> CfapiConnection::open() {
  if (has_sessions()) {
    co_await log_in();
  } else if (endpoint_.ingestion.api == IngestionApi::Vcf9) {
    token_ = password_;
  }
  EventBatch none(facts_);
  HttpRequest request =
      make_request(ingestion_path(endpoint_.ingestion.api, agent_), none.body(0, 0));
  HttpResponse response = co_await http_.send(std::move(request));
  if (response.outcome != HttpOutcome::Answered) throw failure_of(response, Fault::Unreachable);
  const IngestionAnswer answer =
      read_probe_answer(response.status, std::move(response.body), facts_, redactor_);
  switch (answer.verdict) {
    case IngestionVerdict::Accepted:
      break;
    case IngestionVerdict::SessionOver:
    case IngestionVerdict::Forbidden:
      throw Error(Fault::LoginRefused, answer.reason);
    default:
      throw Error(Fault::Unreachable, answer.reason);
  }
  describe_peer();
}

asio::awaitable<void> CfapiConnection::log_in() {
  token_ = Secret();
  HttpRequest request =
      make_request(facts_.session_path, session_request(endpoint_.ingestion, password_));
  request.is_body_compressed = false;
  HttpResponse response = co_await http_.send(std::move(request));
  if (response.outcome != HttpOutcome::Answered) throw failure_of(response, Fault::Unreachable);
  std::optional<Secret> session = read_session(response.body);
  if (session) redactor_.add(*session);
  if (session && response.status >= 200 && response.status < 300) {
    token_ = *std::move(session);
    co_return;
  }
  const IngestionAnswer failure =
      read_login_failure(response.status, std::move(response.body), endpoint_.ingestion, redactor_);
  const bool is_refusal = failure.verdict == IngestionVerdict::Forbidden;
  throw Error(is_refusal ? Fault::LoginRefused : Fault::Unreachable, failure.reason);
}

asio::awaitable<void> CfapiConnection::send(const LineBatch& lines) {
  is_reusable_ = false;
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    if (!batch_.has_room_for(lines.line(i))) co_await send_batch();
    batch_.add(lines.line(i));
  }
}

asio::awaitable<Receipt> CfapiConnection::commit() {
  Receipt receipt;
  try {
    co_await send_batch();
    is_reusable_ = true;
    receipt.verdict = Verdict::Consumed;
  } catch (const Error& error) {
    if (error.fault() != Fault::Unconfirmed) throw;
    receipt.detail = error.what();
  }
  if (reduced_events_ > warnings_.size()) {
    warnings_.push_back(fmt::format("{} more events were sent without their fields",
                                    reduced_events_ - warnings_.size()));
  }
  reduced_events_ = 0;
  receipt.warnings = std::exchange(warnings_, {});
  co_return receipt;
}

/// Sends every event of the batch. Throws Error(Unconfirmed) if it is not known that all are
/// stored.
asio::awaitable<void> CfapiConnection::send_batch() {
  Bisection bisection(batch_.size());
  while (const std::optional<Bisection::Part> part = bisection.next()) {
    const IngestionAnswer answer = co_await post_events(*part);
    if (answer.verdict == IngestionVerdict::Accepted) {
      bisection.accept();
      continue;
    }
    if (part->count == 1) note_refusal(*part, answer.reason);
    if (!bisection.refuse()) {
      throw Error(
          Fault::Unconfirmed,
          fmt::format("the collector refuses the event {} even without its fields ({})",
                      describe_event(std::string(batch_.event(part->first))), answer.reason));
    }
  }
  batch_.clear();
}

/// Posts events until they are accepted or refused, which is what it returns. Throws Error for
/// everything else.
asio::awaitable<IngestionAnswer> CfapiConnection::post_events(const Bisection::Part& part) {
  IngestionPatience patience;
  bool has_logged_in_again = false;
  while (true) {
    HttpRequest request =
        make_request(ingestion_path(endpoint_.ingestion.api, agent_), part_body(part));
    HttpResponse response = co_await http_.send(std::move(request));
    if (response.outcome != HttpOutcome::Answered) {
      const Error failure = failure_of(response, Fault::Unconfirmed);
      if (failure.fault() != Fault::Unconfirmed) throw Error(failure);
      std::string reason = failure.what();
      co_await rest(patience, kNotAnswered, std::move(reason));
      continue;
    }
    IngestionAnswer answer = read_ingestion_answer(response.status, std::move(response.body),
                                                   part.count, facts_, redactor_);
    switch (answer.verdict) {
      case IngestionVerdict::Accepted:
      case IngestionVerdict::Refused:
        co_return answer;
      case IngestionVerdict::Overloaded: {
        const std::optional<milliseconds> asked =
            response.retry_after.value_or(std::chrono::seconds(0));
        co_await rest(patience, asked, std::move(answer.reason));
        break;
      }
      case IngestionVerdict::SessionOver:
        if (!has_sessions() || std::exchange(has_logged_in_again, true))
          throw Error(Fault::LoginRefused, answer.reason);
        co_await log_in();
        break;
      case IngestionVerdict::Forbidden:
        throw Error(Fault::LoginRefused, answer.reason);
      case IngestionVerdict::Unclear:
        throw Error(Fault::Unconfirmed, answer.reason);
    }
  }
}

/// Waits before the request is repeated, for as long as the collector has asked for if it has
/// answered. Throws Error(Unconfirmed) with the reason if the request shall not be repeated.
asio::awaitable<void> CfapiConnection::rest(IngestionPatience& patience,
                                            std::optional<milliseconds> asked, std::string reason) {
  const double random = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
  const std::optional<milliseconds> length =
      asked ? patience.pause_after_overload(*asked, random) : patience.pause_after_failure(random);
  if (!length) {
    throw Error(Fault::Unconfirmed,
                fmt::format("{}, also after pauses of {} s in all", std::move(reason),
                            patience.paused().count() / 1000));
  }
  pause_.expires_after(*length);
  co_await pause_.async_wait(asio::use_awaitable);
}

HttpRequest CfapiConnection::make_request(std::string_view path, std::string body) const {
  HttpRequest request;
  request.method = "POST";
  request.url = url_ + std::string(path);
  request.headers = {"Content-Type: application/json", "Accept: application/json"};
  if (!token_.empty())
    request.headers.push_back(fmt::format("{}{}", facts_.token_header, token_.reveal()));
  request.body = std::move(body);
  request.is_body_compressed = endpoint_.ingestion.is_compressed;
  request.max_response_bytes = kMaxAnswerBytes;
  return request;
}

/// The error of a request without an answer; `fault` unless trying again changes nothing.
Error CfapiConnection::failure_of(const HttpResponse& response, Fault fault) const {
  const bool is_refusal = response.outcome == HttpOutcome::CertificateRefused ||
                          response.outcome == HttpOutcome::ProxyLoginRefused;
  std::string error = response.error;
  // The names in a certificate came before any secret was sent, and have to be read.
  if (response.outcome != HttpOutcome::CertificateRefused) redactor_.hide_in(error);
  return {is_refusal ? Fault::Refused : fault, error};
}

std::string CfapiConnection::part_body(const Bisection::Part& part) const {
  if (!part.is_reduced) return batch_.body(part.first, part.count);
  EventBatch reduced(facts_);
  reduced.add(reduced_event(std::string(batch_.event(part.first))));
  return reduced.body(0, 1);
}

void CfapiConnection::note_refusal(const Bisection::Part& part, const std::string& reason) {
  if (part.is_reduced || ++reduced_events_ > kMaxNamedEvents) return;
  warnings_.push_back(
      fmt::format("the collector refuses the event {} ({}); the event is sent without its fields",
                  describe_event(std::string(batch_.event(part.first))), reason));
}

void CfapiConnection::describe_peer() {
  const bool has_colons = endpoint_.host.find(':') != std::string::npos;
  peer_description_ =
      fmt::format("{}:{}, {}", has_colons ? fmt::format("[{}]", endpoint_.host) : endpoint_.host,
                  endpoint_.port, facts_.name);
  if (has_sessions()) {
    peer_description_ += fmt::format(", session of {}", printable(endpoint_.ingestion.user));
  } else if (endpoint_.ingestion.api == IngestionApi::V1) {
    peer_description_ +=
        ", without a session (?user=): it puts its own time in the place of times "
        "more than 10 minutes ago";
  }
  if (const std::string certificate = http_.peer_description(); !certificate.empty())
    peer_description_ += ", " + certificate;
}

asio::awaitable<std::unique_ptr<Transport>> open_cfapi(asio::io_context& loop,
                                                       const Endpoint& endpoint,
                                                       const CollectorOptions& options,
                                                       Encryption encryption) {
  auto connection = std::make_unique<CfapiConnection>(loop, endpoint, options, encryption);
  co_await connection->open();
  co_return std::move(connection);
}

}  // namespace

asio::awaitable<std::unique_ptr<Transport>> connect_cfapi_http(asio::io_context& loop,
                                                               const Endpoint& endpoint,
                                                               const CollectorOptions& options) {
  co_return co_await open_cfapi(loop, endpoint, options, Encryption::None);
}

asio::awaitable<std::unique_ptr<Transport>> connect_cfapi(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options) {
  (void)PeerVerification(endpoint.tls, endpoint.host).make_context();
  co_return co_await open_cfapi(loop, endpoint, options, Encryption::Tls);
}

}  // namespace vrni2syslog
