#include "tls/refusal.h"

#include "base/error.h"
#include "tls/tls_settings.h"

#include <fmt/core.h>
#include <openssl/x509_vfy.h>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxNamesShown = 10;

std::string list_names(const PeerCertificate& certificate) {
  if (certificate.names.empty()) return "no name at all";
  std::string list;
  for (std::size_t i = 0; i < certificate.names.size() && i < kMaxNamesShown; ++i) {
    if (i > 0) list += ", ";
    list += certificate.names[i];
  }
  if (certificate.names.size() > kMaxNamesShown) list += ", ...";
  return list;
}

/// "certificate", with the authority's name if its certificate is at fault.
std::string subject_at_fault(const RefusedPeer& peer) {
  if (!peer.authority_at_fault) return "certificate";
  return fmt::format("certificate of the authority {}", peer.authority_at_fault->subject);
}

std::string pin(const RefusedPeer& peer, std::string_view pin_hint) {
  return fmt::format("{}{}", pin_hint, format_fingerprint(peer.certificate.fingerprint));
}

/// `words` and the pin as a further remedy; empty if the certificate cannot be pinned.
std::string or_pin(const RefusedPeer& peer, std::string_view words, std::string_view pin_hint) {
  return pin_hint.empty() ? std::string() : fmt::format("{}{}", words, pin(peer, pin_hint));
}

/// What is wrong with a certificate itself, and the remedy; empty if it is the chain that is not
/// trusted.
std::string explain_certificate(const RefusedPeer& peer) {
  const PeerCertificate& dated =
      peer.authority_at_fault ? *peer.authority_at_fault : peer.certificate;
  switch (peer.verify_result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("certificate is for {} and not for {}; connect by a name that it has",
                         list_names(peer.certificate), printable(peer.name));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("{} expired at {}; renew it", subject_at_fault(peer), dated.expires);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("{} is not valid before {}; check this computer's clock",
                         subject_at_fault(peer), dated.valid_from);
    case X509_V_ERR_INVALID_PURPOSE:
      return fmt::format(
          "{} is not one for servers (extended key usage serverAuth); have one issued that is",
          subject_at_fault(peer));
    default:
      return {};
  }
}

/// Why the chain of certificates is not trusted.
std::string describe_chain(const RefusedPeer& peer) {
  const std::string ca_file = printable(peer.ca_file.string());
  switch (peer.verify_result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      if (ca_file.empty()) return "certificate is self-signed";
      return fmt::format("certificate is self-signed, and not in {}", ca_file);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      if (ca_file.empty())
        return "certificate is signed by an unknown authority, " + peer.certificate.issuer;
      return fmt::format("certificate is not signed by an authority of {}, but by {}", ca_file,
                         peer.certificate.issuer);
    default:
      return fmt::format("{} was refused: {}", subject_at_fault(peer),
                         X509_verify_cert_error_string(peer.verify_result));
  }
}

}  // namespace

std::string explain_refusal(const RefusedPeer& peer, std::string_view trust_option,
                            std::string_view pin_hint) {
  if (peer.is_fingerprint_wrong) {
    return fmt::format(
        "certificate {} does not have the fingerprint that was set; if it was renewed, set {}",
        peer.certificate.subject, pin(peer, pin_hint));
  }
  if (peer.verify_result == X509_V_OK) return {};
  if (const std::string reason = explain_certificate(peer); !reason.empty())
    return reason + or_pin(peer, ", or pin it with ", pin_hint);
  return fmt::format("{} ({}); if that is the right one, trust it with {} FILE{}",
                     describe_chain(peer), peer.certificate.subject, trust_option,
                     or_pin(peer, " or ", pin_hint));
}

}  // namespace vrni2syslog
