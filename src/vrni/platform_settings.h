#pragma once

#include "base/secret.h"
#include "http/curl_settings.h"
#include "tls/tls_settings.h"
#include "vrni/api/service_url.h"
#include "vrni/capture/capture_description.h"
#include "vrni/login/credentials.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace vrni2syslog {

/// The most requests at once that a user may allow; more would be a burden on any platform.
inline constexpr std::size_t kMaxConcurrency = 32;

struct PlatformSettings {
  ServiceUrl api;
  Credentials credentials;
  TlsSettings tls;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds answer_timeout{120};  ///< for one whole answer; slow searches take a minute
  /// How long a unit must be over by the platform's clock before it is read; reading one that is
  /// not ends with Error(Configuration).
  std::chrono::seconds least_age{0};
  std::vector<Secret> proxy_passwords;  ///< not sent from here, but messages may repeat them
  std::size_t concurrency = 4;          ///< the most requests in flight together
  /// The directory, empty or not there yet, in which a capture of the platform's answers is made;
  /// an empty path for no capture.
  std::filesystem::path save_capture;
  CaptureDescription capture_description;  ///< of that capture
  /// The directory of a capture that answers in the platform's place; empty for the platform
  /// itself.
  std::filesystem::path replay_from;

  /// Whether a capture is made, or answers.
  [[nodiscard]] bool has_capture() const noexcept {
    return !save_capture.empty() || !replay_from.empty();
  }
};

/// How to reach the platform itself.
[[nodiscard]] CurlSettings platform_curl_settings(const PlatformSettings& settings);

/// How to reach the console that gives tokens for the cloud service. It is another server, trusted
/// by the same authorities, but it does not have the certificate that may be pinned.
[[nodiscard]] CurlSettings console_curl_settings(const PlatformSettings& settings,
                                                 const CloudCredentials& credentials);

}  // namespace vrni2syslog
