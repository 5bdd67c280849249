#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "tls/tls_settings.h"

namespace vrni2syslog {

struct SslContextFree {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// What the peer showed of itself in the handshake, verified or not.
struct PeerCertificate {
  std::string subject;   ///< "CN=vrli.example.com,O=Example"
  std::string issuer;
  std::string expires;   ///< RFC 3339
  Sha256Digest fingerprint{};
};

/// Verifies one peer by the rules of TlsSettings and remembers what it saw, so that a refusal can be explained to the user. Applies to
/// any OpenSSL client: the collectors' connections, and libcurl's through CURLOPT_SSL_CTX_FUNCTION.
class PeerVerification {
 public:
  /// `peer_name` is the host name or IP address that the certificate must carry (RFC 6125; IP addresses as SAN).
  PeerVerification(TlsSettings settings, std::string peer_name);

  /// Sets up a context for TLS 1.2 and 1.3 with these rules and the client certificate. The context keeps a pointer to this
  /// object, which must outlive it and stay where it is. Throws Error(Configuration) for files that cannot be used, naming them.
  void apply_to(SSL_CTX* context);
  [[nodiscard]] SslContext make_context();

  [[nodiscard]] const std::optional<PeerCertificate>& certificate() const noexcept { return certificate_; }
  /// Why the peer was refused, with its fingerprint and how to trust it; empty if it was not. `trust_option` names the option for a CA
  /// file ("--collector-ca-file") and `pin_hint` the way to pin ("?fingerprint=" or "--platform-fingerprint ").
  [[nodiscard]] std::string refusal(std::string_view trust_option, std::string_view pin_hint) const;

 private:
  static int verify(X509_STORE_CTX* store, void* self);

  TlsSettings settings_;
  std::string peer_name_;
  std::optional<PeerCertificate> certificate_;
  long verify_result_ = X509_V_OK;
  bool is_fingerprint_wrong_ = false;
};

/// The oldest entry of OpenSSL's error queue as text, which is emptied; for messages.
[[nodiscard]] std::string take_ssl_error();

}  // namespace vrni2syslog
