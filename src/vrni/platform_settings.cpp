#include "vrni/platform_settings.h"

namespace vrni2syslog {

CurlSettings platform_curl_settings(const PlatformSettings& settings) {
  return {.peer_name = settings.api.host,
          .tls = settings.tls,
          .connect_timeout = settings.connect_timeout,
          .answer_timeout = settings.answer_timeout};
}

CurlSettings console_curl_settings(const PlatformSettings& settings,
                                   const CloudCredentials& credentials) {
  CurlSettings console = platform_curl_settings(settings);
  console.peer_name = credentials.console_host;
  console.tls.fingerprint.reset();
  console.pin_hint.clear();
  return console;
}

}  // namespace vrni2syslog
