#include "transport/tls_alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct AlertCase {
  int reason;
  const char* remedy;
};

class TlsAlert : public testing::TestWithParam<AlertCase> {};

TEST_P(TlsAlert, IsExplainedWithItsRemedyAndOpensslsWords) {
  EXPECT_THAT(explain_tls_reason(GetParam().reason, "the original"),
              AllOf(HasSubstr(GetParam().remedy), HasSubstr("(the original)")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, TlsAlert,
    testing::Values(AlertCase{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "set ?cert=FILE"},
                    AlertCase{SSL_R_TLSV1_ALERT_UNKNOWN_CA, "refused the client certificate"},
                    AlertCase{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "may demand a client"},
                    AlertCase{SSL_R_WRONG_VERSION_NUMBER, "use tcp://"},
                    AlertCase{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "neither TLS 1.2 nor TLS 1.3"}));

TEST(TlsError, IsOpensslsOwnTextWhereThereIsNoRemedy) {
  EXPECT_EQ(explain_tls_reason(SSL_R_BAD_LENGTH, "bad length"), "bad length");
}

TEST(TlsError, DoesNotTakeTheReasonOfAnotherLibraryForItsOwn) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_X509, SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_EQ(explain_tls_error().find("tcp://"), std::string::npos);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
