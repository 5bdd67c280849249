#include "transport/tls_alert.h"

#include "tls/ssl_error.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace vrni2syslog {

std::string explain_tls_reason(int reason, const std::string& text) {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return fmt::format(
          "the collector demands a client certificate ({}); set ?cert=FILE and ?key=FILE", text);
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return fmt::format("the collector refused the client certificate ({})", text);
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return fmt::format(
          "the collector refused the handshake ({}); it may demand a client "
          "certificate (?cert=FILE and ?key=FILE)",
          text);
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return fmt::format("the collector does not know the host name ({})", text);
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return fmt::format("the answer is not TLS ({}); use tcp:// for a port without TLS", text);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return fmt::format("the collector offers neither TLS 1.2 nor TLS 1.3 ({})", text);
    default:
      return text;
  }
}

std::string explain_tls_error() {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  return explain_tls_reason(reason, take_ssl_error());
}

}  // namespace vrni2syslog
