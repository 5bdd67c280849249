#include "transport/stream/tls_alert.h"

#include "tls/tls_client.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

namespace vrni2syslog {
namespace {

/// Whether the reason is an alert with which a server ends the handshake because of the client's
/// certificate. For a missing one, TLS 1.2 has only "handshake failure".
bool is_about_certificate(int reason, ClientCertificate certificate) noexcept {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return certificate != ClientCertificate::NotRequested;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return certificate == ClientCertificate::Missing;
    default:
      return false;
  }
}

/// Whether the server's settings are the reason, so that the next handshake would fail as well. An
/// answer that is not TLS is not among them: a relay may give it while its server is away.
bool is_lasting(int reason) noexcept {
  switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_DH_KEY_TOO_SMALL:
    case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return true;
    default:
      return false;
  }
}

/// The alert's name as in the RFCs. OpenSSL's text is "tlsv1 alert unknown ca".
std::string alert_name(std::string_view text) {
  constexpr std::string_view kMark = " alert ";
  const std::size_t at = text.find(kMark);
  if (at == std::string_view::npos) return std::string(text);
  return fmt::format("alert \"{}\"", text.substr(at + kMark.size()));
}

std::string explain_refusal(ClientCertificate certificate, const std::string& alert) {
  if (certificate == ClientCertificate::Missing) {
    return fmt::format(
        "the collector demands a client certificate ({}); give --collector-certificate and "
        "--collector-key",
        alert);
  }
  return fmt::format(
      "the collector refuses the client certificate ({}); give one that it accepts with "
      "--collector-certificate and --collector-key",
      alert);
}

std::string explain_other(int reason, const std::string& text) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return fmt::format("the collector refuses the TLS handshake ({}); its log may say why", text);
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return fmt::format(
          "the collector does not know the host name ({}); connect by a name that it knows, and "
          "not "
          "by an address, with which no name is sent",
          text);
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return fmt::format("the answer is not TLS ({}); use tcp:// for a port without TLS", text);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return fmt::format("the collector offers neither TLS 1.2 nor TLS 1.3 ({})", text);
    case SSL_R_DH_KEY_TOO_SMALL:
      return fmt::format(
          "the collector's Diffie-Hellman parameters are too weak ({}); have it use ECDHE, or 2048 "
          "bits",
          text);
    case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
      return fmt::format("the collector's TLS is from before RFC 5746 ({}); update it", text);
    default:
      return text;
  }
}

}  // namespace

Error explain_tls_reason(int reason, const std::string& text, ClientCertificate certificate,
                         Fault otherwise) {
  const std::string alert = alert_name(text);
  if (is_about_certificate(reason, certificate))
    return {Fault::Refused, explain_refusal(certificate, alert)};
  const bool will_last = otherwise == Fault::Unreachable && is_lasting(reason);
  return {will_last ? Fault::Refused : otherwise, explain_other(reason, alert)};
}

Error explain_tls_error(ClientCertificate certificate, Fault otherwise) {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  return explain_tls_reason(reason, take_ssl_error(), certificate, otherwise);
}

}  // namespace vrni2syslog
