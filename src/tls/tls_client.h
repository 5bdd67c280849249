#pragma once

#include "tls/peer_certificate.h"
#include "tls/ssl_error.h"
#include "tls/tls_settings.h"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

struct SslContextFree {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// Raises the oldest version that a context allows from TLS 1.1 to TLS 1.2, and returns whether it
/// was TLS 1.1. libcurl calls CURLOPT_SSL_CTX_FUNCTION for the platform and for an https proxy
/// alike; one of them can be asked to begin at TLS 1.1, and is known by that here.
[[nodiscard]] bool raise_from_tls_1_1(SSL_CTX* context) noexcept;

/// Verifies one peer by the rules of TlsSettings and remembers what it saw, so that a refusal can
/// be explained to the user. Applies to any OpenSSL client: the collectors' connections, and
/// libcurl's through CURLOPT_SSL_CTX_FUNCTION. Used by one thread at a time.
class PeerVerification {
 public:
  /// `peer_name` is the host name or IP address that the certificate must carry (RFC 6125; an IP
  /// address as subject alternative name).
  PeerVerification(TlsSettings settings, std::string peer_name);

  /// Sets up a context for TLS 1.2 and 1.3 with these rules and the client certificate; whatever
  /// the context trusted before is replaced. The context keeps a pointer to this object, which must
  /// outlive it and stay where it is. Throws Error(Configuration) for files that cannot be used,
  /// naming them.
  void apply_to(SSL_CTX* context);
  [[nodiscard]] SslContext make_context();

  /// The peer's certificate as of the last handshake that showed one, accepted or not.
  [[nodiscard]] const std::optional<PeerCertificate>& certificate() const noexcept {
    return certificate_;
  }
  /// summary_of() that certificate, and whether it was not verified; empty where there is none.
  [[nodiscard]] std::string summary() const;
  /// Why the peer was refused, with its fingerprint and how to trust it; empty if it was not.
  /// `trust_option` names the option for a CA file ("--collector-ca-file") and `pin_hint` is what a
  /// fingerprint is written behind ("?fingerprint=" or "--platform-fingerprint "), empty where the
  /// certificate cannot be pinned.
  [[nodiscard]] std::string refusal(std::string_view trust_option, std::string_view pin_hint) const;

 private:
  static int verify(X509_STORE_CTX* store, void* self) noexcept;
  [[nodiscard]] bool accepts(X509_STORE_CTX* store);
  [[nodiscard]] bool has_trusted_chain(X509_STORE_CTX* store);
  void load_trust(SSL_CTX* context) const;
  void load_client_certificate(SSL_CTX* context) const;

  TlsSettings settings_;
  std::string peer_name_;
  std::optional<PeerCertificate> certificate_;
  /// The certificate that the verification stopped at, where that is not the peer's own.
  std::optional<PeerCertificate> authority_at_fault_;
  int verify_result_ = X509_V_OK;
  bool is_fingerprint_wrong_ = false;
};

}  // namespace vrni2syslog
