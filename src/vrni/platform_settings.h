#pragma once

#include "http/curl_settings.h"
#include "tls/tls_settings.h"
#include "vrni/api/platform_url.h"
#include "vrni/capture/capture_description.h"
#include "vrni/login/credentials.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>

namespace vrni2syslog {

/// Where a capture of the platform's answers is to be made.
struct CaptureTarget {
  std::filesystem::path directory;  ///< empty, or not there yet
  CaptureDescription description;
};

/// The most requests at once that a user may allow; more would be a burden on any platform.
inline constexpr std::size_t kMaxConcurrency = 32;

struct PlatformSettings {
  PlatformUrl url;
  Credentials credentials;
  TlsSettings tls;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds answer_timeout{120};  ///< for one whole answer; slow searches take a minute
  /// How long a unit must be over by the platform's clock before it is read; reading one that is
  /// not ends with Error(Configuration).
  std::chrono::seconds least_age{0};
  std::size_t concurrency = 4;  ///< the most requests in flight together
  std::optional<CaptureTarget> save_capture;
  /// The directory of a capture that answers in the platform's place; empty for the platform
  /// itself.
  std::filesystem::path replay_from;
};

/// How to reach the platform itself.
[[nodiscard]] CurlSettings platform_curl_settings(const PlatformSettings& settings);

/// How to reach the console that gives tokens for the cloud service. It is another server, trusted
/// by the same authorities, but it does not have the certificate that may be pinned.
[[nodiscard]] CurlSettings console_curl_settings(const PlatformSettings& settings,
                                                 const CloudCredentials& credentials);

}  // namespace vrni2syslog
