#pragma once

#include "tls/tls_settings.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace vrni2syslog {

/// Who a server is: messages name it, and the options that are for it.
enum class HttpPeer : std::uint8_t { Platform, Collector };

/// How libcurl reaches a server.
struct CurlSettings {
  HttpPeer peer = HttpPeer::Platform;
  /// Whether requests go to http URLs, without TLS, and not to https URLs.
  bool is_unencrypted = false;
  std::string peer_name;  ///< host name or address that the server's certificate must carry
  TlsSettings tls;
  /// The option, with a blank, after which a message about a refused certificate puts the
  /// fingerprint that would make it trusted; empty if there is no such option.
  std::string pin_hint = "--platform-fingerprint ";
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds answer_timeout{120'000};  ///< for one whole answer
  /// For the time in which no byte goes to the server and none comes from it; nullopt if only
  /// answer_timeout counts.
  std::optional<std::chrono::milliseconds> progress_timeout = std::nullopt;
};

}  // namespace vrni2syslog
