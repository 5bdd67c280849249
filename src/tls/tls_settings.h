#pragma once

#include "base/sha256.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Whom a TLS client trusts and who it says it is; the same for the platform and for collectors.
struct TlsSettings {
  std::filesystem::path ca_file;  ///< PEM; empty means the system's certificate authorities
  /// Of the peer's certificate (DER); if set, it alone decides.
  std::optional<Sha256Digest> fingerprint;
  bool is_insecure = false;                ///< no verification at all
  std::filesystem::path certificate_file;  ///< client certificate chain, PEM; empty means none
  std::filesystem::path key_file;  ///< its private key, PEM; empty: certificate_file holds it too
};

/// Reads "sha256:" and 64 hexadecimal digits, with or without colons between bytes, in either case.
/// Throws Error(Usage).
[[nodiscard]] Sha256Digest parse_fingerprint(std::string_view text);
/// "sha256:" and 64 lower-case digits.
[[nodiscard]] std::string format_fingerprint(const Sha256Digest& digest);

}  // namespace vrni2syslog
