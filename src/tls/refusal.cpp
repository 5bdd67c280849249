#include "tls/refusal.h"

#include "base/error.h"
#include "tls/tls_settings.h"

#include <fmt/core.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

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

/// The certificate at which the verification stopped.
const PeerCertificate& last_of_chain(const RefusedPeer& peer) {
  return peer.authority_at_fault ? *peer.authority_at_fault : peer.certificate;
}

/// "certificate", with the authority's name if its certificate is at fault.
std::string subject_at_fault(const RefusedPeer& peer) {
  if (!peer.authority_at_fault) return "certificate";
  return fmt::format("certificate of the authority {}", peer.authority_at_fault->subject);
}

/// The option that would trust the certificate. Whoever is in the middle may have made that, so
/// nobody should paste the fingerprint unseen.
std::string pin(const RefusedPeer& peer, std::string_view pin_hint) {
  return fmt::format("{}{} (compare it at the server itself first)", pin_hint,
                     format_fingerprint(peer.certificate.fingerprint));
}

/// `words` and the pin as a further remedy; empty if the certificate cannot be pinned.
std::string or_pin(const RefusedPeer& peer, std::string_view words, std::string_view pin_hint) {
  return pin_hint.empty() ? std::string() : fmt::format("{}{}", words, pin(peer, pin_hint));
}

/// Only an IP entry counts for an address (RFC 6125), and some servers have it as a name instead.
std::string explain_name(const RefusedPeer& peer) {
  const std::string name = printable(peer.name);
  const bool is_there_as_text =
      std::ranges::find(peer.certificate.names, name) != peer.certificate.names.end();
  if (is_there_as_text && peer.verify_result == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return fmt::format(
        "certificate has {} as a host name and not as an IP address; connect by a host name, or "
        "have a certificate issued with the subject alternative name IP:{}",
        name, name);
  }
  return fmt::format("certificate is for {} and not for {}; connect by a name that it has",
                     list_names(peer.certificate), name);
}

/// What is wrong with a certificate itself, and the remedy; empty if it is the chain that is not
/// trusted.
std::string explain_certificate(const RefusedPeer& peer) {
  const PeerCertificate& dated = last_of_chain(peer);
  switch (peer.verify_result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return explain_name(peer);
    case X509_V_ERR_CA_MD_TOO_WEAK:
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return fmt::format(
          "{} is too weak ({}), and no authority can make up for that; have one issued with "
          "SHA-256 and an RSA key of at least 2048 bits or an elliptic curve",
          subject_at_fault(peer), X509_verify_cert_error_string(peer.verify_result));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("{} expired at {}; renew it", subject_at_fault(peer),
                         certificate_time_text(dated.expires));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("{} is not valid before {}; check this computer's clock",
                         subject_at_fault(peer), certificate_time_text(dated.valid_from));
    case X509_V_ERR_INVALID_PURPOSE:
      return fmt::format(
          "{} is not one for servers (extended key usage serverAuth); have one issued that is",
          subject_at_fault(peer));
    default:
      return {};
  }
}

/// The authority at which the chain ends, and why its signature does not count.
std::string describe_issuer(const RefusedPeer& peer, const std::string& ca_file) {
  const std::string& issuer = last_of_chain(peer).issuer;
  if (peer.knows_name_of_issuer) {
    return fmt::format(
        "certificate is signed by {}, but not with the key of the authority of that "
        "name in {}",
        issuer, ca_file.empty() ? "the system's list" : ca_file);
  }
  std::string text = ca_file.empty()
                         ? "certificate is signed by an unknown authority, " + issuer
                         : fmt::format("certificate is not signed by an authority of {}, but by {}",
                                       ca_file, issuer);
  // The chain has ended at the peer's own certificate.
  if (!peer.authority_at_fault)
    text +=
        ", whose certificate the server has not sent, as it must if that is an intermediate one";
  return text;
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
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return describe_issuer(peer, ca_file);
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
