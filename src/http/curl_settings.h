#pragma once

#include "tls/tls_settings.h"

#include <chrono>
#include <string>

namespace vrni2syslog {

/// How libcurl reaches a server.
struct CurlSettings {
  std::string peer_name;  ///< host name or address that the server's certificate must carry
  TlsSettings tls;
  /// The option, with a blank, after which a message about a refused certificate puts the
  /// fingerprint that would make it trusted; empty if there is no such option.
  std::string pin_hint = "--platform-fingerprint ";
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds answer_timeout{120'000};  ///< for one whole answer
};

}  // namespace vrni2syslog
