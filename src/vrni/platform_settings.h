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

/// Where the platform's answers are to be kept.
struct CaptureTarget {
  std::filesystem::path directory;  ///< new, or empty
  CaptureDescription description;
};

/// More requests at once would be a burden on any platform.
inline constexpr std::size_t kMaxConcurrency = 32;

struct PlatformSettings {
  PlatformUrl url;
  Credentials credentials;
  TlsSettings tls;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds answer_timeout{120};  ///< for one whole answer; slow searches take a minute
  /// How long units must be over at the platform, whose clock is not this computer's; units that
  /// are not end with Error(Configuration).
  std::chrono::seconds least_age{0};
  std::size_t concurrency = 4;  ///< requests in flight together, at the most
  std::optional<CaptureTarget> save_capture;
  std::filesystem::path replay_from;  ///< a capture that answers in the platform's place; empty for
                                      ///< the platform itself
};

/// How to reach the platform itself.
[[nodiscard]] CurlSettings platform_curl_settings(const PlatformSettings& settings);

/// How to reach the console that gives tokens for the cloud service: another server, which has the
/// same authorities, but not the certificate that may be pinned.
[[nodiscard]] CurlSettings console_curl_settings(const PlatformSettings& settings,
                                                 const CloudCredentials& credentials);

}  // namespace vrni2syslog
