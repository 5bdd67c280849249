#pragma once

#include "vrni/credentials.h"
#include "vrni/curl_http_client.h"
#include "vrni/platform.h"

namespace vrni2syslog {

/// How to reach the platform itself.
[[nodiscard]] CurlSettings platform_curl_settings(const PlatformSettings& settings);

/// How to reach the console that gives tokens for the cloud service: another server, which has the
/// same authorities, but not the certificate that may be pinned.
[[nodiscard]] CurlSettings console_curl_settings(const PlatformSettings& settings,
                                                 const CloudCredentials& credentials);

}  // namespace vrni2syslog
