#pragma once

#include "http/curl_settings.h"
#include "http/http_client.h"

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Maps a CURLcode to the outcome that decides about a retry. `is_connected` says whether the
/// request could be sent; `proxy_status` is the status of the proxy's answer to CONNECT, 0 if there
/// was none. `reason` has curl's own words, which tell more than some codes do.
[[nodiscard]] HttpOutcome outcome_of(CURLcode code, bool is_connected, long proxy_status,
                                     std::string_view reason);

/// Whether curl's words about a failure tell of a handshake that fails because of the server's
/// settings, so that every further one would fail as well.
[[nodiscard]] bool is_lasting_refusal(std::string_view reason);

/// What the message about a failed transfer needs to know.
struct CurlFailure {
  HttpPeer peer = HttpPeer::Platform;
  std::string_view reason;             ///< curl's own words
  long proxy_status = 0;               ///< as outcome_of() takes it
  bool is_proxys_certificate = false;  ///< the last handshake was with an https proxy
  std::string_view refusal;  ///< why the server's certificate was refused; empty if it was not
  std::size_t max_response_bytes = 0;
};

/// The message about a failed transfer, with the remedy. Empty for Answered.
[[nodiscard]] std::string describe_failure(HttpOutcome outcome, const CurlFailure& failure);

}  // namespace vrni2syslog
