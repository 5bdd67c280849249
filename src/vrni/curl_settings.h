#pragma once

#include "tls/tls_settings.h"
#include "vrni/credentials.h"
#include "vrni/platform.h"

#include <chrono>
#include <string>

namespace vrni2syslog {

/// How a server is reached by libcurl.
struct CurlSettings {
  std::string peer_name;  ///< host name or address that the server's certificate must carry
  TlsSettings tls;
  /// What the fingerprint is given with that a message on a refused certificate proposes to trust;
  /// empty where that is not possible.
  std::string pin_hint = "--platform-fingerprint ";
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds answer_timeout{120'000};  ///< for one whole answer
};

/// How to reach the platform itself.
[[nodiscard]] CurlSettings platform_curl_settings(const PlatformSettings& settings);

/// How to reach the console that gives tokens for the cloud service: another server, which has the
/// same authorities, but not the certificate that may be pinned.
[[nodiscard]] CurlSettings console_curl_settings(const PlatformSettings& settings,
                                                 const CloudCredentials& credentials);

}  // namespace vrni2syslog
