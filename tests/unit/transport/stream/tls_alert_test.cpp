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
  bool is_refusal;
};

class TlsAlert : public testing::TestWithParam<AlertCase> {};

TEST_P(TlsAlert, IsExplainedWithItsRemedy) {
  const AlertCase& row = GetParam();
  const TlsFailure failure = explain_tls_reason(row.reason, "tlsv1 alert x y", row.certificate);
  EXPECT_EQ(failure.reason, row.text);
  EXPECT_EQ(failure.is_refusal, row.is_refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TlsAlert,
    testing::Values(
        AlertCase{"DemandedByTls13", SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, Missing, kDemanded,
                  true},
        AlertCase{"DemandedByTls12", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, Missing, kDemanded, true},
        AlertCase{"DemandedByOldServers", SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, Missing, kDemanded,
                  true},
        AlertCase{"UnknownAuthority", SSL_R_TLSV1_ALERT_UNKNOWN_CA, Shown, kRefused, true},
        AlertCase{"Bad", SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, Shown, kRefused, true},
        AlertCase{"Unsupported", SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, Shown, kRefused, true},
        AlertCase{"Revoked", SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, Shown, kRefused, true},
        AlertCase{"Expired", SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, Shown, kRefused, true},
        AlertCase{"UnknownFault", SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, Shown, kRefused, true},
        AlertCase{"Denied", SSL_R_TLSV1_ALERT_ACCESS_DENIED, Shown, kRefused, true},
        AlertCase{"NotAcceptedAtAll", SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, Shown, kRefused,
                  true},
        AlertCase{"NeverAskedFor", SSL_R_TLSV1_ALERT_ACCESS_DENIED, NotRequested, "alert \"x y\"",
                  false},
        AlertCase{"HandshakeWithoutRequest", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, NotRequested,
                  "the collector refuses the TLS handshake (alert \"x y\"); its log may say why",
                  false},
        AlertCase{"HandshakeWithACertificate", SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, Shown,
                  "the collector refuses the TLS handshake (alert \"x y\"); its log may say why",
                  false},
        AlertCase{"HostName", SSL_R_TLSV1_UNRECOGNIZED_NAME, NotRequested,
                  "the collector does not know the host name (alert \"x y\")", false},
        AlertCase{"Version", SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, NotRequested,
                  "the collector offers neither TLS 1.2 nor TLS 1.3 (alert \"x y\")", false}),
    [](const auto& row) { return row.param.name; });

TEST(TlsError, TellsOfAPortWithoutTls) {
  EXPECT_EQ(explain_tls_reason(SSL_R_WRONG_VERSION_NUMBER, "wrong number", NotRequested).reason,
            "the answer is not TLS (wrong number); use tcp:// for a port without TLS");
}

TEST(TlsError, IsOpensslsOwnTextWhereThereIsNoRemedy) {
  EXPECT_EQ(explain_tls_reason(SSL_R_BAD_LENGTH, "bad length", Shown).reason, "bad length");
}

TEST(TlsError, DoesNotTakeTheReasonOfAnotherLibraryForItsOwn) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_X509, SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(explain_tls_error(NotRequested).reason.find("tcp://"), std::string::npos);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
