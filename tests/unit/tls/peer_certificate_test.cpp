#include "tls/peer_certificate.h"

#include "support/test_certificates.h"
#include "tls/tls_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PeerCertificate, TellsSubjectIssuerDatesNamesAndFingerprint) {
  const TestCertificate authority = TestCertificate::authority("Test Authority");
  CertificateSpec spec;
  spec.common_name = "logs.test";
  spec.names = {"DNS:logs.test", "DNS:*.logs.test", "IP:192.0.2.7", "IP:2001:db8::7"};
  const TestCertificate made = authority.issue(spec);

  const PeerCertificate seen = describe_certificate(*made.certificate());
  EXPECT_EQ(seen.subject, "CN=logs.test");
  EXPECT_EQ(seen.issuer, "CN=Test Authority");
  EXPECT_THAT(seen.names, ElementsAre("logs.test", "*.logs.test", "192.0.2.7", "2001:db8::7"));
  EXPECT_EQ(seen.fingerprint, made.fingerprint());
  EXPECT_LT(seen.valid_from.value(), seen.expires.value());
  EXPECT_EQ(certificate_time_text(seen.expires), to_rfc3339(seen.expires.value()));
  EXPECT_EQ(certificate_time_text(std::nullopt), "(unreadable time)");
}

TEST(PeerCertificate, FallsBackToTheCommonNameWithoutAlternativeNames) {
  const TestCertificate made = TestCertificate::self_signed({.common_name = "old.test"});
  EXPECT_THAT(describe_certificate(*made.certificate()).names, ElementsAre("old.test"));
}

TEST(PeerCertificate, MakesHostileNamesPrintable) {
  const TestCertificate made = TestCertificate::self_signed({.common_name = "a\nb\x1b[2J"});
  const PeerCertificate seen = describe_certificate(*made.certificate());
  for (const std::string& text : {seen.subject, seen.names.at(0)}) {
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  }
}

TEST(PeerCertificate, IsSummedUpOnOneLine) {
  const TestCertificate made = TestCertificate::self_signed({.common_name = "logs.test"});
  const std::string summary = summary_of(describe_certificate(*made.certificate()));
  EXPECT_THAT(summary, HasSubstr("certificate CN=logs.test, expires 20"));
  EXPECT_THAT(summary, HasSubstr(format_fingerprint(made.fingerprint())));
}

}  // namespace
}  // namespace vrni2syslog
