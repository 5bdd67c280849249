#pragma once

#include "tls/peer_certificate.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// A peer whose certificate was verified, and the result.
struct RefusedPeer {
  std::string name;  ///< the host name or address that was asked for
  PeerCertificate certificate;
  /// The certificate at which the verification stopped, if that is not the peer's own.
  std::optional<PeerCertificate> authority_at_fault;
  int verify_result = 0;  ///< one of OpenSSL's X509_V_*
  bool is_fingerprint_wrong = false;
  /// Whether a trusted authority has the name of the one that signed the certificate at which the
  /// verification stopped.
  bool knows_name_of_issuer = false;
  /// The file of the trusted authorities; empty if they are the system's.
  std::filesystem::path ca_file;
};

/// Why the peer was refused, with the certificate's fingerprint and the remedy, on one line; empty
/// if it was not refused. PeerVerification::refusal() describes `trust_option` and `pin_hint`.
[[nodiscard]] std::string explain_refusal(const RefusedPeer& peer, std::string_view trust_option,
                                          std::string_view pin_hint);

}  // namespace vrni2syslog
