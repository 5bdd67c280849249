#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "http/curl_settings.h"
#include "http/http_client.h"
#include "http/redactor.h"

#include <cstddef>
#include <memory>
#include <string>

namespace vrni2syslog {

/// HTTPS by libcurl (HTTP if the settings say so), over as many connections as there are requests
/// under way. Proxies come from the environment, as with curl (https_proxy, no_proxy). A redirect
/// is an answer like any other, since following it would send the token to another place.
///
/// Cookies, by which load balancers know the node of a session, are kept in memory and sent with
/// later requests if there is a redactor, which hides them.
///
/// Requests make progress whenever the client waits for any of them; in between, the kernel's
/// buffers take what arrives.
class CurlHttpClient final : public HttpClient {
 public:
  /// `clock` and `redactor` must outlive the client. Without a redactor, it takes no cookies. Does
  /// not connect yet.
  CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits,
                 Redactor* redactor = nullptr);
  ~CurlHttpClient() override;

  /// The answer's wait() also throws Error(Configuration) if the files of the TLS settings cannot
  /// be used.
  [[nodiscard]] std::unique_ptr<PendingAnswer> begin(HttpRequest request) override;
  [[nodiscard]] std::size_t in_flight() const override;
  [[nodiscard]] bool await_any() override;

  /// The certificate that the server showed last; empty before it showed one.
  [[nodiscard]] std::string peer_description() const;

 private:
  class Answer;
  struct Curl;

  std::unique_ptr<Curl> curl_;
};

}  // namespace vrni2syslog
