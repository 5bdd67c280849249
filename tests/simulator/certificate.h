#pragma once

#include <string>

namespace vrni2syslog::simulator {

/// A certificate and its private key, in PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// A new self-signed one for localhost, 127.0.0.1 and ::1, valid for a year, which can also be
/// trusted as an authority. Throws Error(Software) if OpenSSL fails.
[[nodiscard]] Certificate make_certificate();

}  // namespace vrni2syslog::simulator
