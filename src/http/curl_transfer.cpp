#include "http/curl_transfer.h"

#include "base/error.h"
#include "base/gzip.h"
#include "base/secret.h"
#include "base/text/ascii.h"
#include "http/curl_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// An answer that has begun to arrive and then stands still for this long is given up.
constexpr milliseconds kStallTime{30'000};
/// Longer than any run.
constexpr milliseconds kNoTimeLimit = std::chrono::hours(24 * 365);
constexpr long kReceiveBufferBytes = 256L * 1024;
/// Of one answer, with those of proxies and those before and behind it. libcurl keeps them all, and
/// before its version 8.3 without a bound (CVE-2023-38039).
constexpr std::size_t kMaxHeaderBytes = 256U * 1024;
/// All answers that are read ahead may take up this much memory together; libcurl's and the
/// kernel's buffers may hold a little more.
constexpr std::size_t kMaxBufferedBytes = 12U * 1024 * 1024;

[[nodiscard]] bool sets_cookie(std::string_view header) {
  constexpr std::string_view kName = "set-cookie:";
  return std::ranges::equal(header.substr(0, kName.size()), kName, {}, to_lower);
}

/// The time in the header "Date" of the last answer. If a proxy has added one of its own, the one
/// that is nearer to `own` counts: two clocks that agree are more likely right than the third.
[[nodiscard]] std::optional<std::chrono::sys_seconds> server_time(CURL* curl, WallTime own) {
  std::optional<std::chrono::sys_seconds> nearest;
  curl_header* header = nullptr;
  std::size_t count = 1;
  for (std::size_t i = 0; i < count; ++i) {
    if (curl_easy_header(curl, "Date", i, CURLH_HEADER, -1, &header) != CURLHE_OK) break;
    count = header->amount;
    const std::time_t seconds = curl_getdate(header->value, nullptr);
    if (seconds < 0) continue;
    const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
    if (!nearest || std::chrono::abs(time - own) < std::chrono::abs(*nearest - own)) nearest = time;
  }
  return nearest;
}

}  // namespace

CurlShared::CurlShared(CurlSettings curl_settings, Clock& steady_clock, RunLimits run_limits)
    : settings(std::move(curl_settings)),
      clock(steady_clock),
      limits(std::move(run_limits)),
      verification(settings.tls, settings.peer_name) {}

CurlTransfer::CurlTransfer(CurlShared& shared) : shared_(shared), curl_(curl_easy_init()) {
  if (curl_ == nullptr) throw Error(Fault::Bug, "libcurl cannot be initialised");
  try {
    set_options_of_all_requests();
  } catch (...) {
    curl_easy_cleanup(curl_);
    throw;
  }
}

CurlTransfer::~CurlTransfer() {
  stop();
  curl_easy_cleanup(curl_);
}

template <typename Value>
void CurlTransfer::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(curl_, option, value);
  if (code == CURLE_OK) return;
  throw Error(Fault::Bug, fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                      curl_easy_strerror(code)));
}

template <typename Value>
Value CurlTransfer::info(CURLINFO what) const {
  Value value{};
  curl_easy_getinfo(curl_, what, &value);
  return value;
}

void CurlTransfer::set_options_of_all_requests() {
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_PROTOCOLS_STR, shared_.settings.is_unencrypted ? "http" : "https");
  // HTTP/2 would let requests share a connection, from which answers of megabytes gain nothing.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Otherwise libcurl waits at the end for its resolver's thread, which a dead name server delays.
  set(CURLOPT_QUICK_EXIT, 1L);
#endif
  set(CURLOPT_USERAGENT, "vrni2syslog");
  set(CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(shared_.settings.connect_timeout.count()));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  if (shared_.cookies) {
    set(CURLOPT_SHARE, shared_.cookies->handle());
    set(CURLOPT_COOKIEFILE, "");  // no file: cookies are only taken at all once one is named
  }
  set_tls_options();
}

void CurlTransfer::set_tls_options() {
  set(CURLOPT_SSL_CTX_FUNCTION, &on_ssl_context);
  set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  set(CURLOPT_PREREQFUNCTION, &on_connected);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  // Two oldest versions tell the proxy's handshake from the platform's in on_ssl_context(): a proxy
  // is verified by curl with the system's authorities, and neither by the platform's name nor by
  // its fingerprint. Without them a context has what OpenSSL's configuration says.
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_1));
  // A resumed session would not come to PeerVerification.
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
  // PeerVerification loads the authorities, and its messages say more about a bad file.
  set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  // PeerVerification reports what it accepts as verified. If it were ever not asked, curl itself,
  // which knows no authorities, would refuse every certificate before anything is sent.
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  const TlsSettings& tls = shared_.settings.tls;
  const bool has_other_name = tls.fingerprint.has_value() || tls.is_insecure;
  set(CURLOPT_SSL_VERIFYHOST, has_other_name ? 0L : 2L);
}

long CurlTransfer::time_limit_ms() const {
  const RunLimits& limits = shared_.limits;
  const milliseconds left =
      limits.deadline == SteadyTime::max()
          ? milliseconds::max()
          : std::chrono::ceil<milliseconds>(limits.deadline - shared_.clock.steady_now());
  const milliseconds usual = std::clamp(left, milliseconds(1), shared_.settings.answer_timeout);
  return static_cast<long>(request_.own_time_limit.value_or(usual).count());
}

void CurlTransfer::set_options_of_request() {
  error_text_.front() = '\0';
  // "Expect: 100-continue" would cost a round trip, or a second where the server ignores it.
  headers_.reset(curl_slist_append(nullptr, "Expect:"));
  if (!headers_) throw std::bad_alloc();
  if (request_.is_body_compressed) {
    request_.body = gzip(request_.body);
    if (curl_slist_append(headers_.get(), "Content-Encoding: gzip") == nullptr)
      throw std::bad_alloc();
  }
  // Without any "Accept-Encoding", every coding is acceptable (RFC 9110, 12.5.3).
  if (request_.is_uncompressed &&
      curl_slist_append(headers_.get(), "Accept-Encoding: identity") == nullptr)
    throw std::bad_alloc();
  set(CURLOPT_ACCEPT_ENCODING, request_.is_uncompressed ? static_cast<const char*>(nullptr) : "");
  for (const std::string& header : request_.headers) {
    if (curl_slist_append(headers_.get(), header.c_str()) == nullptr) throw std::bad_alloc();
  }
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_HTTPHEADER, headers_.get());
  if (request_.method == "POST") {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request_.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  } else {
    set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  set(CURLOPT_TIMEOUT_MS, time_limit_ms());
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_response_bytes));
}

void CurlTransfer::start(CURLM* multi, HttpRequest request) {
  stop();
  request_ = std::move(request);
  state_ = State();
  state_.started = state_.last_progress = shared_.clock.steady_now();
  state_.undriven_before = shared_.undriven_time;
  set_options_of_request();
  if (const CURLMcode code = curl_multi_add_handle(multi, curl_); code != CURLM_OK) {
    throw Error(Fault::Bug,
                fmt::format("libcurl refuses a transfer: {}", curl_multi_strerror(code)));
  }
  multi_ = multi;
}

void CurlTransfer::stop() noexcept {
  if (multi_ != nullptr) curl_multi_remove_handle(std::exchange(multi_, nullptr), curl_);
  forget_request();
  forget_response();
}

void CurlTransfer::forget_request() noexcept {
  wipe(request_.body);
  for (std::string& header : request_.headers) wipe(header);
  for (curl_slist* header = headers_.get(); header != nullptr; header = header->next)
    explicit_bzero(header->data, std::strlen(header->data));
}

void CurlTransfer::forget_response() noexcept {
  shared_.buffered_bytes -= response_.body.capacity();
  response_ = HttpResponse();
  shared_.buffered_bytes += response_.body.capacity();
}

void CurlTransfer::await() {
  state_.is_awaited = true;
  if (state_.is_paused) resume_receiving();
}

void CurlTransfer::resume_if_possible() noexcept {
  if (state_.is_paused && shared_.buffered_bytes <= kMaxBufferedBytes / 2) resume_receiving();
}

void CurlTransfer::resume_receiving() noexcept {
  state_.is_paused = false;
  state_.last_progress = shared_.clock.steady_now();
  // libcurl hands what it held back to on_body() at once.
  const CURLcode code = curl_easy_pause(curl_, CURLPAUSE_CONT);
  if (code != CURLE_OK) end(code);
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count,
                                  void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  try {
    return transfer.take_bytes(bytes, size * count);
  } catch (...) {
    transfer.state_.exception = std::current_exception();
    return 0;
  }
}

std::size_t CurlTransfer::on_header(char* bytes, std::size_t size, std::size_t count,
                                    void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(bytes, size * count);
  transfer.state_.header_bytes += line.size();
  if (transfer.state_.header_bytes > kMaxHeaderBytes) {
    transfer.state_.interruption = HttpOutcome::TooLarge;
    return 0;
  }
  try {
    // Now, because another transfer may send the cookie before this one has ended.
    if (transfer.shared_.cookies && sets_cookie(line))
      transfer.shared_.cookies->take_cookies_of(transfer.curl_);
  } catch (...) {
    transfer.state_.exception = std::current_exception();
    return 0;
  }
  return line.size();
}

std::size_t CurlTransfer::take_bytes(const char* bytes, std::size_t length) {
  std::string& body = response_.body;
  // Counted after decompression: a small answer may unpack to a huge one.
  if (length > request_.max_response_bytes - body.size()) {
    state_.interruption = HttpOutcome::TooLarge;
    return 0;
  }
  record_first_byte_time();
  if (body.capacity() - body.size() < length) {
    if (!state_.is_awaited && shared_.buffered_bytes + length > kMaxBufferedBytes) {
      state_.is_paused = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    make_room(length);
  }
  body.append(bytes, length);
  return length;
}

void CurlTransfer::make_room(std::size_t length) {
  // Left to itself, a string grows to twice the largest answer that is allowed.
  constexpr std::size_t kRoomForPadding = 64;
  std::string& body = response_.body;
  const std::size_t before = body.capacity();
  const auto announced = static_cast<std::size_t>(
      std::max<curl_off_t>(info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 0));
  const std::size_t needed = body.size() + length;
  std::size_t most = request_.max_response_bytes;
  if (!state_.is_awaited) {
    // The announced bytes may never come.
    const std::size_t room =
        kMaxBufferedBytes - std::min(shared_.buffered_bytes, kMaxBufferedBytes);
    most = std::max(needed, std::min(most, before + room));
  }
  body.reserve(std::min(std::max({2 * before, needed, announced}), most) + kRoomForPadding);
  shared_.buffered_bytes += body.capacity() - before;
}

void CurlTransfer::record_first_byte_time() noexcept {
  if (std::exchange(state_.has_first_byte, true)) return;
  response_.waited_for =
      std::chrono::ceil<milliseconds>(shared_.clock.steady_now() - state_.started);
  response_.unattended =
      std::chrono::floor<milliseconds>(shared_.undriven_time - state_.undriven_before);
}

std::optional<HttpOutcome> CurlTransfer::interruption_at(SteadyTime now, curl_off_t received,
                                                         curl_off_t sent) {
  const std::chrono::milliseconds limit =
      shared_.settings.progress_timeout.value_or(received > 0 ? kStallTime : kNoTimeLimit);
  if (received + sent != state_.moved_bytes || state_.is_paused) {
    state_.moved_bytes = received + sent;
    state_.last_progress = now;
  } else if (now - state_.last_progress > limit) {
    return HttpOutcome::TimedOut;
  }
  // take_response() then throws, whatever the outcome.
  if (is_bounded_by_run() && has_run_ended(shared_.limits, now)) return HttpOutcome::CutOff;
  return std::nullopt;
}

int CurlTransfer::on_progress(void* self, curl_off_t /*total*/, curl_off_t received,
                              curl_off_t /*total_sent*/, curl_off_t sent) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::optional<HttpOutcome> interruption =
      transfer.interruption_at(transfer.shared_.clock.steady_now(), received, sent);
  if (!interruption) return 0;
  transfer.state_.interruption = interruption;
  return 1;
}

CURLcode CurlTransfer::on_ssl_context(CURL* /*curl*/, void* context, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const bool is_proxy = raise_from_tls_1_1(static_cast<SSL_CTX*>(context));
  transfer.state_.last_handshake = is_proxy ? TlsPeer::Proxy : TlsPeer::Server;
  if (is_proxy) return CURLE_OK;
  try {
    transfer.shared_.verification.apply_to(static_cast<SSL_CTX*>(context));
    return CURLE_OK;
  } catch (...) {
    transfer.state_.exception = std::current_exception();
    return CURLE_ABORTED_BY_CALLBACK;
  }
}

/// libcurl calls this on every connection, new or kept, before it sends the request.
int CurlTransfer::on_connected(void* self, char* /*peer_ip*/, char* /*own_ip*/, int /*peer_port*/,
                               int /*own_port*/) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.shared_.settings.is_unencrypted) return CURL_PREREQFUNC_OK;
  try {
    const auto* const session = transfer.info<const curl_tlssessioninfo*>(CURLINFO_TLS_SSL_PTR);
    const bool is_openssl = session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL;
    transfer.shared_.verification.require_accepted(
        is_openssl ? static_cast<const SSL*>(session->internals) : nullptr);
    return CURL_PREREQFUNC_OK;
  } catch (...) {
    transfer.state_.exception = std::current_exception();
    return CURL_PREREQFUNC_ABORT;
  }
}

void CurlTransfer::end(CURLcode code) noexcept {
  if (std::exchange(state_.has_ended, true)) return;
  state_.code = code;
  state_.ended = shared_.clock.steady_now();
  record_first_byte_time();
}

HttpOutcome CurlTransfer::outcome() const {
  if (state_.interruption) return *state_.interruption;
  const bool is_connected = info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) > 0;
  const HttpOutcome how = outcome_of(state_.code, is_connected,
                                     info<long>(CURLINFO_HTTP_CONNECTCODE), error_text_.data());
  // Behind an https proxy curl takes a refused certificate for a broken connection.
  if (how == HttpOutcome::CannotConnect && !server_refusal().empty())
    return HttpOutcome::CertificateRefused;
  // With TLS 1.3 the alert may come after the request was sent.
  const bool is_broken = how == HttpOutcome::CannotConnect || how == HttpOutcome::CutOff;
  if (is_broken && state_.last_handshake == TlsPeer::Server &&
      is_lasting_refusal(error_text_.data()))
    return HttpOutcome::CertificateRefused;
  return how;
}

int CurlTransfer::status() const {
  const bool is_whole = state_.has_ended && state_.code == CURLE_OK;
  return is_whole ? static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE)) : 0;
}

HttpResponse CurlTransfer::take_response() {
  if (state_.exception) std::rethrow_exception(state_.exception);
  if (state_.code != CURLE_OK && is_bounded_by_run())
    throw_if_ended(shared_.limits, shared_.clock.steady_now(), waiting_for(shared_.settings.peer));
  shared_.buffered_bytes -= response_.body.capacity();
  HttpResponse response = std::exchange(response_, HttpResponse());
  shared_.buffered_bytes += response_.body.capacity();
  response.outcome = outcome();
  response.sent_at = state_.started;
  if (response.outcome != HttpOutcome::Answered) {
    response.body.clear();
    response.error = error_text(response.outcome);
    return response;
  }
  response.status = status();
  if (const char* const type = info<const char*>(CURLINFO_CONTENT_TYPE))
    response.content_type = type;
  curl_header* location = nullptr;
  if (curl_easy_header(curl_, "Location", 0, CURLH_HEADER, -1, &location) == CURLHE_OK)
    response.location = location->value;
  if (const auto seconds = info<curl_off_t>(CURLINFO_RETRY_AFTER); seconds > 0) {
    // Part of the delay has passed if the answer came before anybody waited for it.
    const auto passed =
        std::chrono::floor<std::chrono::seconds>(shared_.clock.steady_now() - state_.ended);
    response.retry_after =
        std::max(std::chrono::seconds(seconds) - passed, std::chrono::seconds(0));
  }
  response.date = server_time(curl_, shared_.clock.now());
  return response;
}

std::string CurlTransfer::server_refusal() const {
  if (state_.last_handshake != TlsPeer::Server) return {};
  const CurlSettings& settings = shared_.settings;
  return shared_.verification.refusal(
      settings.peer == HttpPeer::Platform ? "--platform-ca-file" : "--collector-ca-file",
      settings.pin_hint);
}

std::string CurlTransfer::error_text(HttpOutcome outcome) const {
  const std::string_view detail(error_text_.data());
  const std::string refusal = server_refusal();
  return describe_failure(outcome,
                          {.peer = shared_.settings.peer,
                           .reason = detail.empty() ? curl_easy_strerror(state_.code) : detail,
                           .proxy_status = info<long>(CURLINFO_HTTP_CONNECTCODE),
                           .is_proxys_certificate = state_.last_handshake == TlsPeer::Proxy,
                           .refusal = refusal,
                           .max_response_bytes = request_.max_response_bytes});
}

}  // namespace vrni2syslog
