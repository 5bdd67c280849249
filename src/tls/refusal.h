#pragma once

#include "tls/peer_certificate.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// A peer that verification has judged, and the judgement.
struct RefusedPeer {
  std::string name;  ///< the host name or address that was asked for
  PeerCertificate certificate;
  /// The certificate that the verification stopped at, where that is not the peer's own.
  std::optional<PeerCertificate> authority_at_fault;
  int verify_result = 0;  ///< one of OpenSSL's X509_V_*
  bool is_fingerprint_wrong = false;
  /// Where the trusted authorities came from; empty: they are the system's.
  std::filesystem::path ca_file;
};

/// Why the peer was refused, in plain words, with the certificate's fingerprint and the remedy, on
/// one line; empty where it was not. See PeerVerification::refusal() for the last two; where
/// `pin_hint` is empty, pinning is no remedy.
[[nodiscard]] std::string explain_refusal(const RefusedPeer& peer, std::string_view trust_option,
                                          std::string_view pin_hint);

}  // namespace vrni2syslog
