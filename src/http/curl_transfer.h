#pragma once

#include "base/clock.h"
#include "base/freed_by.h"
#include "base/run_limits.h"
#include "http/curl_cookies.h"
#include "http/curl_settings.h"
#include "http/http_client.h"
#include "tls/tls_client.h"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What is being done, for the message of a run that ends meanwhile.
[[nodiscard]] constexpr std::string_view waiting_for(HttpPeer peer) noexcept {
  return peer == HttpPeer::Platform ? "waiting for the platform" : "waiting for the collector";
}

/// What the transfers of a client share.
struct CurlShared {
  CurlShared(CurlSettings curl_settings, Clock& steady_clock, RunLimits run_limits);

  CurlSettings settings;
  Clock& clock;
  RunLimits limits;
  PeerVerification verification;
  std::optional<CurlCookies> cookies;  ///< none if no cookies are taken
  std::size_t buffered_bytes = 0;      ///< room for answers that nobody has taken yet
  /// Total time in which nobody drove the transfers, which says nothing about the server.
  std::chrono::steady_clock::duration undriven_time{0};
};

/// One request and its answer. The object, with its handle of libcurl, can be used again for
/// another request.
class CurlTransfer {
 public:
  /// `shared` must outlive it. Throws Error(Bug) if libcurl refuses to work.
  explicit CurlTransfer(CurlShared& shared);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer();

  /// Hands the request to `multi`, which must be driven for anything to happen.
  void start(CURLM* multi, HttpRequest request);
  /// Takes the request back from `multi`, whether it has ended or not.
  void stop() noexcept;

  /// Whether the end of the run ends the request, too.
  [[nodiscard]] bool is_bounded_by_run() const noexcept { return !request_.own_time_limit; }

  /// From now on somebody waits for this answer alone.
  void await();
  /// Goes on receiving after a pause if there is room for the answer again.
  void resume_if_possible() noexcept;
  /// Whether the transfer is paused because answers that were not taken fill the buffer. It resumes
  /// once somebody waits for it.
  [[nodiscard]] bool is_paused() const noexcept { return state_.is_paused; }

  /// Called once libcurl has ended the transfer.
  void end(CURLcode code) noexcept;
  [[nodiscard]] bool has_ended() const noexcept { return state_.has_ended; }
  /// The status of the answer after the end; 0 before it, and if there is no whole answer.
  [[nodiscard]] int status() const;
  /// The answer, to be taken after the end. Throws what a callback threw.
  [[nodiscard]] HttpResponse take_response();

 private:
  enum class TlsPeer { None, Proxy, Server };

  /// How far the request has come.
  struct State {
    bool is_awaited = false;
    bool is_paused = false;
    bool has_first_byte = false;
    bool has_ended = false;
    CURLcode code = CURLE_OK;
    std::optional<HttpOutcome> interruption;  ///< why this side has broken it off
    std::exception_ptr exception;  ///< thrown in a callback, through which it must not fly
    TlsPeer last_handshake = TlsPeer::None;
    std::size_t header_bytes = 0;
    curl_off_t moved_bytes = 0;  ///< in both directions
    SteadyTime started;
    SteadyTime last_progress;
    SteadyTime ended;
    std::chrono::steady_clock::duration undriven_before{0};
  };

  template <typename Value>
  void set(CURLoption option, Value value);
  template <typename Value>
  [[nodiscard]] Value info(CURLINFO what) const;

  void set_options_of_all_requests();
  void set_tls_options();
  void set_options_of_request();
  [[nodiscard]] long time_limit_ms() const;

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count,
                               void* self) noexcept;
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t,
                         curl_off_t sent) noexcept;
  static CURLcode on_ssl_context(CURL* curl, void* context, void* self) noexcept;
  static int on_connected(void* self, char*, char*, int, int) noexcept;
  [[nodiscard]] std::size_t take_bytes(const char* bytes, std::size_t length);
  void make_room(std::size_t length);
  [[nodiscard]] std::optional<HttpOutcome> interruption_at(SteadyTime now, curl_off_t received,
                                                           curl_off_t sent);
  void record_first_byte_time() noexcept;
  void resume_receiving() noexcept;
  void forget_response() noexcept;
  /// Wipes what a login has sent, and the tokens in headers.
  void forget_request() noexcept;

  [[nodiscard]] HttpOutcome outcome() const;
  /// Why the server's certificate was refused in this transfer; empty if it was not.
  [[nodiscard]] std::string server_refusal() const;
  [[nodiscard]] std::string error_text(HttpOutcome outcome) const;

  CurlShared& shared_;
  CURL* curl_;
  CURLM* multi_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};

  HttpRequest request_;
  std::unique_ptr<curl_slist, FreedBy<curl_slist_free_all>> headers_;
  HttpResponse response_;
  State state_;
};

}  // namespace vrni2syslog
