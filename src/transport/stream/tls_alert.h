#pragma once

#include "base/error.h"

#include <string>

namespace vrni2syslog {

/// What has become of this client's certificate in a handshake.
enum class ClientCertificate {
  NotRequested,  ///< the collector has not asked for one
  Missing,       ///< the collector has asked for one, and there was none to show
  Shown,         ///< the collector has got ours
};

/// Why a TLS connection failed, taken from the oldest error of OpenSSL's queue, which is emptied.
/// The message is for the user, with a remedy if there is one. The fault is Refused if the
/// collector refuses this client's certificate, or that there is none (under TLS 1.3 the handshake
/// is over when that alert comes); otherwise it is `otherwise`.
[[nodiscard]] Error explain_tls_error(ClientCertificate certificate, Fault otherwise);

/// The same for one of OpenSSL's SSL_R_* reasons; `text` is OpenSSL's own text for it.
[[nodiscard]] Error explain_tls_reason(int reason, const std::string& text,
                                       ClientCertificate certificate, Fault otherwise);

}  // namespace vrni2syslog
