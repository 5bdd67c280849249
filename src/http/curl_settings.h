#pragma once

#include "tls/tls_settings.h"

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

}  // namespace vrni2syslog
