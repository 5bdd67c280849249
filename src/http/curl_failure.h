#pragma once

#include "http/http_client.h"

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What a CURLcode means for whoever decides about another try. `is_connected` where the request
/// could be sent; `proxy_status` is that of the proxy's answer to CONNECT, 0 where there is none.
[[nodiscard]] HttpOutcome outcome_of(CURLcode code, bool is_connected, long proxy_status);

/// What a failed transfer is told with.
struct CurlFailure {
  std::string_view reason;             ///< curl's own words
  long proxy_status = 0;               ///< of the proxy's answer to CONNECT
  bool is_proxys_certificate = false;  ///< the last handshake was with an https proxy
  std::string_view refusal;  ///< why the platform's certificate was refused; empty if it was not
  std::size_t max_response_bytes = 0;
};

/// The failure, for the user, with remedy. Empty for Answered.
[[nodiscard]] std::string describe_failure(HttpOutcome outcome, const CurlFailure& failure);

}  // namespace vrni2syslog
