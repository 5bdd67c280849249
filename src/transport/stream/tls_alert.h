#pragma once

#include <string>

namespace vrni2syslog {

/// What a handshake has shown of our side's certificate.
enum class ClientCertificate {
  NotRequested,  ///< the collector has not asked for one
  Missing,       ///< it has, and there was none to show
  Shown,         ///< it has got ours
};

/// Why a TLS connection failed.
struct TlsFailure {
  /// For the user, with the remedy where there is one.
  std::string reason;
  /// Whether the collector refuses this client's certificate, or its lack: that is so under TLS 1.2
  /// and TLS 1.3 alike, though under TLS 1.3 the handshake is over when the alert comes.
  bool is_refusal = false;
};

/// Takes the oldest error of OpenSSL's queue, which is emptied.
[[nodiscard]] TlsFailure explain_tls_error(ClientCertificate certificate);

/// The same for one of OpenSSL's SSL_R_* reasons; `text` is OpenSSL's own for it.
[[nodiscard]] TlsFailure explain_tls_reason(int reason, const std::string& text,
                                            ClientCertificate certificate);

}  // namespace vrni2syslog
