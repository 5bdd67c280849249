#pragma once

#include "base/file_trust.h"
#include "base/sha256.h"
#include "tls/certificate_expiries.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Whom a TLS client trusts, and its own certificate. The platform and the collectors each have
/// such settings.
struct TlsSettings {
  std::filesystem::path ca_file;  ///< PEM; empty means the system's certificate authorities
  /// The fingerprint of the peer's certificate (DER). If it is set, it alone decides.
  std::optional<Sha256Digest> fingerprint;
  bool is_insecure = false;                ///< no verification at all
  std::filesystem::path certificate_file;  ///< client certificate chain, PEM; empty means none
  /// The private key of the client certificate, PEM; empty if certificate_file holds it too.
  std::filesystem::path key_file;
  FileTrust file_trust = FileTrust::OwnOnly;  ///< which files of these are read
  /// Is told of each certificate that is accepted; null if nobody wants to know.
  std::shared_ptr<CertificateExpiries> expiries;
};

/// Reads "sha256:" and 64 hexadecimal digits, with or without colons between bytes, in either case.
/// Throws Error(Usage).
[[nodiscard]] Sha256Digest parse_fingerprint(std::string_view text);
/// "sha256:" and 64 lower-case hexadecimal digits.
[[nodiscard]] std::string format_fingerprint(const Sha256Digest& digest);

}  // namespace vrni2syslog
