#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "http/curl_settings.h"
#include "http/http_client.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

class CurlTransfer;

/// HTTPS by libcurl, over as many connections as requests are under way. Proxies are taken from the
/// environment as by curl (https_proxy, no_proxy). Redirects are answers like any other, since
/// following one would carry the token along.
///
/// Requests that were begun go on whenever the client is called; in between, the kernel's buffers
/// take what comes.
class CurlHttpClient final : public HttpClient {
 public:
  /// `clock` must outlive it. Connects to nothing yet.
  CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits);
  ~CurlHttpClient() override;

  /// Also throws Error(Configuration) where the files of the TLS settings cannot be used.
  [[nodiscard]] HttpResponse send(const HttpRequest& request) override;
  BegunRequest begin(const HttpRequest& request) override;
  [[nodiscard]] bool has_begun(const HttpRequest& request) const override;
  [[nodiscard]] bool holds(BegunRequest begun) const override;
  [[nodiscard]] bool is_answered(BegunRequest begun) const override;
  [[nodiscard]] std::size_t in_flight() const override;
  [[nodiscard]] bool await_any() override;
  void forget_begun() noexcept override;

  /// The certificate that the server showed last; empty before it did.
  [[nodiscard]] std::string peer_description() const;

 private:
  struct Curl;

  [[nodiscard]] std::unique_ptr<CurlTransfer> start(const HttpRequest& request);
  /// The transfer of an equal request that was begun, or null.
  [[nodiscard]] std::unique_ptr<CurlTransfer> take_begun(const HttpRequest& request);
  void drive_until(const std::function<bool()>& is_done, bool is_bounded_by_run);
  void drive_once();
  void record_finished_transfers();
  void put_aside(std::unique_ptr<CurlTransfer> transfer);

  std::unique_ptr<Curl> curl_;
  std::vector<std::unique_ptr<CurlTransfer>> begun_;
  std::vector<std::unique_ptr<CurlTransfer>> idle_;
  BegunRequest last_number_ = 0;
  SteadyTime last_driven_;
};

}  // namespace vrni2syslog
