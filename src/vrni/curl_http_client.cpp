#include "vrni/curl_http_client.h"

#include "base/error.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// An answer that has begun to arrive and then stands still is given up after this.
constexpr std::chrono::seconds kStallTime{30};
constexpr long kReceiveBufferBytes = 256L * 1024;

struct HeaderListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListFree>;

/// Why a transfer was ended by this side.
enum class Interruption { None, Stopped, DeadlinePassed, Stalled, TooLarge };

/// With whom a TLS handshake was begun.
enum class TlsPeer { None, Proxy, Platform };

[[nodiscard]] HttpOutcome outcome_of(CURLcode code, bool is_connected) {
  switch (code) {
    case CURLE_OK:
      return HttpOutcome::Answered;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
      return HttpOutcome::CannotConnect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
      return HttpOutcome::CertificateRefused;
    case CURLE_OPERATION_TIMEDOUT:
      return is_connected ? HttpOutcome::TimedOut : HttpOutcome::CannotConnect;
    case CURLE_FILESIZE_EXCEEDED:
      return HttpOutcome::TooLarge;
    default:
      return is_connected ? HttpOutcome::CutOff : HttpOutcome::CannotConnect;
  }
}

/// What the header "Date" of the last answer says.
[[nodiscard]] std::optional<std::chrono::sys_seconds> server_time(CURL* curl) {
  curl_header* header = nullptr;
  if (curl_easy_header(curl, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
    return std::nullopt;
  const std::time_t time = curl_getdate(header->value, nullptr);
  if (time < 0) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(time));
}

}  // namespace

/// curl's handle, which keeps the connection between requests.
struct CurlHttpClient::Handle {
  Handle() : curl(curl_easy_init()) {
    if (curl == nullptr) throw Error(ExitStatus::Software, "libcurl cannot be initialised");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(curl); }

  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl, option, value);
    if (code == CURLE_OK) return;
    throw Error(ExitStatus::Software,
                fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                            curl_easy_strerror(code)));
  }

  template <typename Value>
  [[nodiscard]] Value info(CURLINFO what) const {
    Value value{};
    curl_easy_getinfo(curl, what, &value);
    return value;
  }

  CURL* curl;
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

/// What the callbacks of one request need.
struct CurlHttpClient::Transfer {
  Transfer(CurlHttpClient& http_client, const HttpRequest& http_request)
      : client(http_client),
        request(http_request),
        last_progress(http_client.clock_.steady_now()) {}

  CurlHttpClient& client;
  const HttpRequest& request;
  HeaderList headers;
  HttpResponse response;
  Interruption interruption = Interruption::None;
  std::exception_ptr exception;  ///< thrown in a callback, through which it must not fly
  TlsPeer last_handshake = TlsPeer::None;
  curl_off_t received = 0;
  SteadyTime last_progress;

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_progress(void* self, curl_off_t total, curl_off_t received, curl_off_t,
                         curl_off_t) noexcept;
  static CURLcode on_ssl_context(CURL* curl, void* context, void* self) noexcept;

  void make_room(std::size_t length);
  [[nodiscard]] Interruption interruption_at(SteadyTime now, curl_off_t now_received);
  /// Why the platform's certificate was refused in this transfer; empty if it was not.
  [[nodiscard]] std::string platform_refusal() const;
  [[nodiscard]] std::string error_text(CURLcode code, HttpOutcome outcome) const;
};

std::size_t CurlHttpClient::Transfer::on_body(char* bytes, std::size_t size, std::size_t count,
                                              void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  std::string& body = transfer.response.body;
  const std::size_t length = size * count;
  // Counted after decompression: a small answer may unpack to a huge one.
  if (length > transfer.request.max_response_bytes - body.size()) {
    transfer.interruption = Interruption::TooLarge;
    return 0;
  }
  try {
    if (body.capacity() - body.size() < length) transfer.make_room(length);
    body.append(bytes, length);
  } catch (...) {
    transfer.exception = std::current_exception();
    return 0;
  }
  return length;
}

void CurlHttpClient::Transfer::make_room(std::size_t length) {
  // Left to itself, a string grows to twice the largest answer that is allowed.
  constexpr std::size_t kRoomForPadding = 64;
  std::string& body = response.body;
  const std::size_t enough = std::max(2 * body.capacity(), body.size() + length);
  body.reserve(std::min(enough, request.max_response_bytes) + kRoomForPadding);
}

Interruption CurlHttpClient::Transfer::interruption_at(SteadyTime now, curl_off_t now_received) {
  if (now_received != received) {
    received = now_received;
    last_progress = now;
  } else if (received > 0 && now - last_progress > kStallTime) {
    return Interruption::Stalled;
  }
  if (request.own_time_limit) return Interruption::None;
  if (client.limits_.stop.stop_requested()) return Interruption::Stopped;
  return now >= client.limits_.deadline ? Interruption::DeadlinePassed : Interruption::None;
}

int CurlHttpClient::Transfer::on_progress(void* self, curl_off_t /*total*/, curl_off_t received,
                                          curl_off_t, curl_off_t) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const Interruption interruption =
      transfer.interruption_at(transfer.client.clock_.steady_now(), received);
  if (interruption == Interruption::None) return 0;
  transfer.interruption = interruption;
  return 1;
}

CURLcode CurlHttpClient::Transfer::on_ssl_context(CURL* /*curl*/, void* context,
                                                  void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool is_proxy = raise_from_tls_1_1(static_cast<SSL_CTX*>(context));
  transfer.last_handshake = is_proxy ? TlsPeer::Proxy : TlsPeer::Platform;
  if (is_proxy) return CURLE_OK;
  try {
    transfer.client.verification_.apply_to(static_cast<SSL_CTX*>(context));
    return CURLE_OK;
  } catch (...) {
    transfer.exception = std::current_exception();
    return CURLE_ABORTED_BY_CALLBACK;
  }
}

std::string CurlHttpClient::Transfer::platform_refusal() const {
  if (last_handshake != TlsPeer::Platform) return {};
  return client.verification_.refusal("--platform-ca-file", client.settings_.pin_hint);
}

std::string CurlHttpClient::Transfer::error_text(CURLcode code, HttpOutcome outcome) const {
  const std::string_view detail(client.handle_->error_text.data());
  const std::string reason = printable(detail.empty() ? curl_easy_strerror(code) : detail);
  const long proxy_status = client.handle_->info<long>(CURLINFO_HTTP_CONNECTCODE);
  switch (outcome) {
    case HttpOutcome::Answered:
      return {};
    case HttpOutcome::CannotConnect:
      if (proxy_status >= 400) {
        return fmt::format(
            "the proxy refuses to connect ({}): check https_proxy, or name the platform in "
            "no_proxy",
            proxy_status);
      }
      return fmt::format(
          "cannot connect ({}); check the address, the network, and https_proxy if there is one",
          reason);
    case HttpOutcome::CertificateRefused: {
      if (last_handshake == TlsPeer::Proxy) {
        return fmt::format(
            "the certificate of the https proxy is not accepted ({}): add its authority to the "
            "system's, or name the platform in no_proxy",
            reason);
      }
      const std::string refusal = platform_refusal();
      return refusal.empty() ? reason : refusal;
    }
    case HttpOutcome::TimedOut:
      return fmt::format(
          "no whole answer in time ({}); the platform is overloaded, or the window is too large "
          "for one search "
          "(--resolution cuts it)",
          reason);
    case HttpOutcome::CutOff:
      return fmt::format("the connection broke before the answer was whole ({})", reason);
    case HttpOutcome::TooLarge:
      return fmt::format("the answer is longer than {} MiB, more than the API gives",
                         request.max_response_bytes / (1024 * 1024));
  }
  return reason;
}

CurlHttpClient::CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits)
    : settings_(std::move(settings)),
      clock_(clock),
      limits_(std::move(limits)),
      verification_(settings_.tls, settings_.peer_name),
      handle_(std::make_unique<Handle>()) {
  set_options_of_all_requests();
}

CurlHttpClient::~CurlHttpClient() = default;

void CurlHttpClient::set_options_of_all_requests() {
  Handle& handle = *handle_;
  handle.set(CURLOPT_ERRORBUFFER, handle.error_text.data());
  handle.set(CURLOPT_PROTOCOLS_STR, "https");
  handle.set(CURLOPT_FOLLOWLOCATION, 0L);
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_USERAGENT, "vrni2syslog");
  handle.set(CURLOPT_ACCEPT_ENCODING, "");
  handle.set(CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  handle.set(CURLOPT_TCP_KEEPALIVE, 1L);
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  handle.set(CURLOPT_NOPROGRESS, 0L);
  handle.set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  handle.set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  handle.set(CURLOPT_SSL_CTX_FUNCTION, &Transfer::on_ssl_context);
  // Tells the proxy's handshake from the platform's in on_ssl_context(): a proxy is verified by
  // curl with the system's authorities, and neither by the platform's name nor by its fingerprint.
  handle.set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_1));
  // PeerVerification loads the authorities, and says better what is wrong with their file.
  handle.set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  handle.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  const bool decides_alone = settings_.tls.fingerprint.has_value() || settings_.tls.is_insecure;
  handle.set(CURLOPT_SSL_VERIFYPEER, decides_alone ? 0L : 1L);
  handle.set(CURLOPT_SSL_VERIFYHOST, decides_alone ? 0L : 2L);
}

void CurlHttpClient::set_request(const HttpRequest& request, Transfer& transfer) {
  Handle& handle = *handle_;
  handle.error_text.front() = '\0';
  // "Expect: 100-continue" would cost a round trip, or a second where the server ignores it.
  transfer.headers.reset(curl_slist_append(nullptr, "Expect:"));
  if (!transfer.headers) throw std::bad_alloc();
  for (const std::string& header : request.headers) {
    curl_slist* const longer = curl_slist_append(transfer.headers.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
  }
  handle.set(CURLOPT_URL, request.url.c_str());
  handle.set(CURLOPT_HTTPHEADER, transfer.headers.get());
  if (request.method == "POST") {
    handle.set(CURLOPT_POST, 1L);
    handle.set(CURLOPT_POSTFIELDS, request.body.data());
    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    handle.set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  } else {
    handle.set(CURLOPT_HTTPGET, 1L);
    handle.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  const milliseconds left =
      limits_.deadline == SteadyTime::max()
          ? milliseconds::max()
          : std::chrono::ceil<milliseconds>(limits_.deadline - clock_.steady_now());
  const milliseconds timeout =
      request.own_time_limit.value_or(std::clamp(left, milliseconds(1), settings_.answer_timeout));
  handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  handle.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.max_response_bytes));
  handle.set(CURLOPT_WRITEDATA, &transfer);
  handle.set(CURLOPT_XFERINFODATA, &transfer);
  handle.set(CURLOPT_SSL_CTX_DATA, &transfer);
}

void CurlHttpClient::throw_if_ended(const Transfer& transfer) const {
  if (transfer.exception) std::rethrow_exception(transfer.exception);
  if (transfer.request.own_time_limit) return;
  if (limits_.stop.stop_requested()) {
    throw Error(ExitStatus::TemporaryFailure, "stopped while waiting for the platform");
  }
  if (clock_.steady_now() >= limits_.deadline) {
    throw Error(ExitStatus::TemporaryFailure,
                "the deadline has passed while waiting for the platform");
  }
}

HttpResponse CurlHttpClient::send(const HttpRequest& request) {
  Transfer transfer(*this, request);
  set_request(request, transfer);
  const CURLcode code = curl_easy_perform(handle_->curl);
  if (code != CURLE_OK) throw_if_ended(transfer);

  HttpResponse response = std::move(transfer.response);
  const bool is_connected = handle_->info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) > 0;
  response.outcome = outcome_of(code, is_connected);
  // Behind an https proxy curl takes a refused certificate for a broken connection.
  if (response.outcome == HttpOutcome::CannotConnect && !transfer.platform_refusal().empty())
    response.outcome = HttpOutcome::CertificateRefused;
  if (transfer.interruption == Interruption::TooLarge) response.outcome = HttpOutcome::TooLarge;
  if (transfer.interruption == Interruption::Stalled) response.outcome = HttpOutcome::TimedOut;
  if (response.outcome != HttpOutcome::Answered) {
    response.body.clear();
    response.error = transfer.error_text(code, response.outcome);
    return response;
  }
  response.status = static_cast<int>(handle_->info<long>(CURLINFO_RESPONSE_CODE));
  if (const char* const type = handle_->info<const char*>(CURLINFO_CONTENT_TYPE))
    response.content_type = type;
  if (const auto seconds = handle_->info<curl_off_t>(CURLINFO_RETRY_AFTER); seconds > 0) {
    response.retry_after = std::chrono::seconds(seconds);
  }
  response.date = server_time(handle_->curl);
  return response;
}

std::string CurlHttpClient::peer_description() const {
  const std::optional<PeerCertificate>& certificate = verification_.certificate();
  return certificate ? summary_of(*certificate) : std::string();
}

}  // namespace vrni2syslog
