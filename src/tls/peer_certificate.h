#pragma once

#include "base/sha256.h"
#include "base/timestamp.h"

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The certificate that a peer showed in the handshake, verified or not. The texts come from the
/// peer and have been made printable.
struct PeerCertificate {
  std::string subject;  ///< "CN=vrli.example.com,O=Example"
  std::string issuer;
  std::optional<UnixSeconds> valid_from;  ///< nullopt if it cannot be read
  std::optional<UnixSeconds> expires;     ///< nullopt if it cannot be read
  /// The host names and addresses that it is for: the subject alternative names, or the common name
  /// if there are none.
  std::vector<std::string> names;
  Sha256Digest fingerprint{};  ///< of the DER form
};

/// Reads what PeerCertificate holds from a certificate.
[[nodiscard]] PeerCertificate describe_certificate(const X509& certificate);

/// A time of a certificate in RFC 3339, or that it cannot be read.
[[nodiscard]] std::string certificate_time_text(const std::optional<UnixSeconds>& time);

/// "certificate CN=vrli.example.com, expires 2027-01-01T00:00:00Z, sha256:...", for --check.
[[nodiscard]] std::string summary_of(const PeerCertificate& certificate);

}  // namespace vrni2syslog
