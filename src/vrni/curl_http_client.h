#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "tls/tls_client.h"
#include "tls/tls_settings.h"
#include "vrni/http.h"

#include <chrono>
#include <exception>
#include <memory>
#include <string>

namespace vrni2syslog {

struct CurlSettings {
  std::string peer_name;  ///< host name or address that the server's certificate must carry
  TlsSettings tls;
  /// What the fingerprint is given with that a message on a refused certificate proposes to trust;
  /// empty where that is not possible.
  std::string pin_hint = "--platform-fingerprint ";
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds answer_timeout{120'000};  ///< for one whole answer
};

/// HTTPS by libcurl. Proxies are taken from the environment as by curl (https_proxy, no_proxy).
/// Redirects are answers like any other, since following one would carry the token along.
class CurlHttpClient final : public HttpClient {
 public:
  /// `clock` must outlive it. Connects to nothing yet.
  CurlHttpClient(CurlSettings settings, Clock& clock, RunLimits limits);
  ~CurlHttpClient() override;

  /// Also throws Error(Configuration) where the files of the TLS settings cannot be used.
  [[nodiscard]] HttpResponse send(const HttpRequest& request) override;

  /// The certificate that the server showed last; empty before it did.
  [[nodiscard]] std::string peer_description() const;

 private:
  struct Handle;
  struct Transfer;

  void set_options_of_all_requests();
  void set_request(const HttpRequest& request, Transfer& transfer);
  void throw_if_ended(const Transfer& transfer) const;

  CurlSettings settings_;
  Clock& clock_;
  RunLimits limits_;
  PeerVerification verification_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace vrni2syslog
