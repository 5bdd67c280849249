#pragma once

#include "base/freed_by.h"
#include "tls/peer_certificate.h"
#include "tls/tls_settings.h"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

using SslContext = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;

/// The oldest entry of OpenSSL's error queue of this thread as text ("certificate verify failed"),
/// for messages. Empties the queue. Never empty.
[[nodiscard]] std::string take_ssl_error();

/// Raises the oldest version that a context allows from TLS 1.1 to TLS 1.2, and returns whether it
/// was TLS 1.1. libcurl calls CURLOPT_SSL_CTX_FUNCTION both for the platform and for an https
/// proxy; to tell them apart, one of them is set to begin at TLS 1.1.
[[nodiscard]] bool raise_from_tls_1_1(SSL_CTX* context) noexcept;

/// Verifies one peer by the rules of TlsSettings and remembers its certificate, so that a refusal
/// can be explained to the user. Works with any OpenSSL client: the connections to collectors, and
/// those of libcurl through CURLOPT_SSL_CTX_FUNCTION. For one thread at a time.
class PeerVerification {
 public:
  /// `peer_name` is the host name or IP address that the certificate must carry (RFC 6125; an IP
  /// address as subject alternative name).
  PeerVerification(TlsSettings settings, std::string peer_name);

  /// Sets up a context for TLS 1.2 and 1.3 with these rules and the client certificate, in place of
  /// what the context trusted before. The context keeps a pointer to this object, which must
  /// outlive it and must not move. Throws Error(Configuration) that names a file which cannot be
  /// used.
  void apply_to(SSL_CTX* context);
  /// A new client context that apply_to() has set up.
  [[nodiscard]] SslContext make_context();

  /// Throws Error(Bug) unless the handshake of `connection` has come to this object, which has
  /// accepted the peer. To be called before the first byte is sent: whatever the configuration of
  /// OpenSSL or another library does to a context, nothing is sent to a peer that nobody has
  /// verified. A resumed session counts as not verified.
  void require_accepted(const SSL* connection) const;

  /// The certificate of the last handshake in which the peer showed one, accepted or not.
  [[nodiscard]] const std::optional<PeerCertificate>& certificate() const noexcept {
    return certificate_;
  }
  /// summary_of() that certificate, and a remark if it was not verified; empty if there is none.
  [[nodiscard]] std::string summary() const;
  /// Why the peer was refused, with its fingerprint and how to trust it; empty if it was not
  /// refused. `trust_option` is the option for a CA file ("--collector-ca-file"). `pin_hint` is the
  /// text before a fingerprint ("?fingerprint=" or "--platform-fingerprint "), empty if the
  /// certificate cannot be pinned.
  [[nodiscard]] std::string refusal(std::string_view trust_option, std::string_view pin_hint) const;

 private:
  static int verify(X509_STORE_CTX* store, void* self) noexcept;
  /// Lets require_accepted() know the connection that `store` belongs to.
  void mark_accepted(X509_STORE_CTX* store) noexcept;
  void note_expiry() const;
  [[nodiscard]] bool accepts(X509_STORE_CTX* store);
  [[nodiscard]] bool has_trusted_chain(X509_STORE_CTX* store);
  void load_trust(SSL_CTX* context) const;

  TlsSettings settings_;
  std::string peer_name_;
  std::optional<PeerCertificate> certificate_;
  /// The certificate at which the verification stopped, if that is not the peer's own.
  std::optional<PeerCertificate> authority_at_fault_;
  int verify_result_ = X509_V_OK;
  bool is_fingerprint_wrong_ = false;
  bool knows_name_of_issuer_ = false;
};

}  // namespace vrni2syslog
