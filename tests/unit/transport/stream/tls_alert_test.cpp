#include "transport/stream/tls_alert.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace vrni2syslog {
namespace {

using enum ClientCertificate;

constexpr const char* kDemanded =
    "the collector demands a client certificate (alert \"x y\"); give --collector-certificate and "
    "--collector-key";
constexpr const char* kRefused =
    "the collector refuses the client certificate (alert \"x y\"); give one that it accepts with "
    "--collector-certificate and --collector-key";

struct AlertCase {
  const char* name;
  int reason;
  ClientCertificate certificate;
  const char* text;
  Fault fault;
};

class TlsAlert : public testing::TestWithParam<AlertCase> {};

TEST_P(TlsAlert, IsExplainedWithItsRemedy) {
  const AlertCase& row = GetParam();
  const Error failure =
      explain_tls_reason(row.reason, "tlsv1 alert x y", row.certificate, Fault::Unconfirmed);
  EXPECT_STREQ(failure.what(), row.text);
  EXPECT_EQ(failure.fault(), row.fault);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TlsAlert,
    testing::Values(
        AlertCase{"DemandedByTls13", SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, Missing, kDemanded,
                  Fault::Refused},
        AlertCase{"DemandedByTls12", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, Missing, kDemanded,
                  Fault::Refused},
        AlertCase{"DemandedByOldServers", SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, Missing, kDemanded,
                  Fault::Refused},
        AlertCase{"UnknownAuthority", SSL_R_TLSV1_ALERT_UNKNOWN_CA, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"Bad", SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, Shown, kRefused, Fault::Refused},
        AlertCase{"Unsupported", SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"Revoked", SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"Expired", SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"UnknownFault", SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"Denied", SSL_R_TLSV1_ALERT_ACCESS_DENIED, Shown, kRefused, Fault::Refused},
        AlertCase{"NotAcceptedAtAll", SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, Shown, kRefused,
                  Fault::Refused},
        AlertCase{"NeverAskedFor", SSL_R_TLSV1_ALERT_ACCESS_DENIED, NotRequested, "alert \"x y\"",
                  Fault::Unconfirmed},
        AlertCase{"HandshakeWithoutRequest", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, NotRequested,
                  "the collector refuses the TLS handshake (alert \"x y\"); its log may say why",
                  Fault::Unconfirmed},
        AlertCase{"HandshakeWithACertificate", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, Shown,
                  "the collector refuses the TLS handshake (alert \"x y\"); its log may say why",
                  Fault::Unconfirmed},
        AlertCase{"HostName", SSL_R_TLSV1_UNRECOGNIZED_NAME, NotRequested,
                  "the collector does not know the host name (alert \"x y\"); connect by a name "
                  "that it knows, and not by an address, with which no name is sent",
                  Fault::Unconfirmed},
        AlertCase{"Version", SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, NotRequested,
                  "the collector offers neither TLS 1.2 nor TLS 1.3 (alert \"x y\")",
                  Fault::Unconfirmed}),
    [](const auto& row) { return row.param.name; });

TEST(TlsError, TellsOfAPortWithoutTls) {
  EXPECT_STREQ(explain_tls_reason(SSL_R_WRONG_VERSION_NUMBER, "wrong number", NotRequested,
                                  Fault::Unreachable)
                   .what(),
               "the answer is not TLS (wrong number); use tcp:// for a port without TLS");
}

TEST(TlsError, RefusesTheCollectorInAHandshakeIfItsSettingsAreTheReason) {
  for (const int reason :
       {SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_DH_KEY_TOO_SMALL,
        SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, SSL_R_TLSV1_UNRECOGNIZED_NAME}) {
    EXPECT_EQ(explain_tls_reason(reason, "x", NotRequested, Fault::Unreachable).fault(),
              Fault::Refused)
        << reason;
    EXPECT_EQ(explain_tls_reason(reason, "x", NotRequested, Fault::Unconfirmed).fault(),
              Fault::Unconfirmed)
        << reason;
  }
  for (const int reason : {SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_BAD_LENGTH}) {
    EXPECT_EQ(explain_tls_reason(reason, "x", NotRequested, Fault::Unreachable).fault(),
              Fault::Unreachable)
        << reason;
  }
}

TEST(TlsError, IsOpensslsOwnTextWhereThereIsNoRemedy) {
  EXPECT_STREQ(explain_tls_reason(SSL_R_BAD_LENGTH, "bad length", Shown, Fault::Unreachable).what(),
               "bad length");
}

TEST(TlsError, DoesNotTakeTheReasonOfAnotherLibraryForItsOwn) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_X509, SSL_R_WRONG_VERSION_NUMBER);
  const std::string text = explain_tls_error(NotRequested, Fault::Unreachable).what();
  EXPECT_EQ(text.find("tcp://"), std::string::npos);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
