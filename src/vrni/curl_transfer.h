#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "tls/tls_client.h"
#include "vrni/curl_settings.h"
#include "vrni/http.h"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace vrni2syslog {

/// What the transfers of a client share.
struct CurlSurroundings {
  CurlSurroundings(CurlSettings curl_settings, Clock& steady_clock, RunLimits run_limits);

  /// Throws Error(TemporaryFailure) where the run is stopped or its deadline has passed.
  void throw_if_ended() const;

  CurlSettings settings;
  Clock& clock;
  RunLimits limits;
  PeerVerification verification;
  std::size_t buffered_bytes = 0;  ///< room for answers that nobody has taken yet
  /// In all, while transfers were not driven: the time that passes then is not the server's.
  std::chrono::steady_clock::duration undriven_time{0};
};

/// One request and its answer, by a handle of libcurl that is used again for the next.
class CurlTransfer {
 public:
  /// `surroundings` must outlive it. Throws Error(Software) where libcurl refuses to work.
  explicit CurlTransfer(CurlSurroundings& surroundings);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer();

  /// Hands the request to `multi`, which must be driven for anything to happen.
  void start(CURLM* multi, HttpRequest request, BegunRequest number);
  /// Takes it back, whatever has become of it.
  void stop() noexcept;

  [[nodiscard]] const HttpRequest& request() const noexcept { return request_; }
  /// As given to start().
  [[nodiscard]] BegunRequest number() const noexcept { return number_; }

  /// From now on somebody waits for this answer alone.
  void await();
  /// Goes on with a paused one, if there is room again.
  void resume_if_possible();
  /// Whether it will go on only when somebody waits for it: much has been read that nobody has
  /// taken.
  [[nodiscard]] bool is_paused() const noexcept { return is_paused_; }

  /// Curl has ended it.
  void end(CURLcode code) noexcept;
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  /// Whether it ended without an answer, for a reason that may lie in nobody having driven it.
  [[nodiscard]] bool is_broken() const;
  /// The answer, after the end. Throws what a callback threw.
  [[nodiscard]] HttpResponse take_response();

 private:
  struct HeaderListFree {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };
  enum class Interruption { None, RunEnded, Stalled, TooLarge };  ///< by this side
  enum class TlsPeer { None, Proxy, Platform };                   ///< of the last handshake

  template <typename Value>
  void set(CURLoption option, Value value);
  template <typename Value>
  [[nodiscard]] Value info(CURLINFO what) const;

  void set_options_of_all_requests();
  void set_options_of_request();
  [[nodiscard]] long time_limit_ms() const;

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t,
                         curl_off_t) noexcept;
  static CURLcode on_ssl_context(CURL* curl, void* context, void* self) noexcept;
  [[nodiscard]] std::size_t take_bytes(const char* bytes, std::size_t length);
  void make_room(std::size_t length);
  [[nodiscard]] Interruption interruption_at(SteadyTime now, curl_off_t received);
  void note_first_byte() noexcept;
  void go_on();
  void forget_response() noexcept;

  [[nodiscard]] HttpOutcome outcome() const;
  /// Why the platform's certificate was refused in this transfer; empty if it was not.
  [[nodiscard]] std::string platform_refusal() const;
  [[nodiscard]] std::string error_text(HttpOutcome outcome) const;

  CurlSurroundings& surroundings_;
  CURL* curl_;
  CURLM* multi_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};

  HttpRequest request_;
  BegunRequest number_ = 0;
  std::unique_ptr<curl_slist, HeaderListFree> headers_;
  HttpResponse response_;
  bool is_awaited_ = false;
  bool is_paused_ = false;
  bool has_ended_ = false;
  CURLcode code_ = CURLE_OK;
  Interruption interruption_ = Interruption::None;
  std::exception_ptr exception_;  ///< thrown in a callback, through which it must not fly
  TlsPeer last_handshake_ = TlsPeer::None;
  SteadyTime started_;
  std::chrono::steady_clock::duration undriven_before_{0};
  bool has_begun_ = false;  ///< the answer
  SteadyTime ended_;
  curl_off_t received_ = 0;
  SteadyTime last_progress_;
};

}  // namespace vrni2syslog
