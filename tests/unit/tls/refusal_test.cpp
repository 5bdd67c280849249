#include "tls/refusal.h"

#include "tls/tls_settings.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

namespace vrni2syslog {
namespace {

const std::string kPin =
    "sha256:" + std::string(64, '0') + " (compare it at the server itself first)";

struct RefusalCase {
  const char* name;
  int verify_result;
  std::string text;
};

class Refusal : public testing::TestWithParam<RefusalCase> {
 protected:
  Refusal() {
    peer_.name = "logs.test";
    peer_.certificate.subject = "CN=a.test";
    peer_.certificate.issuer = "CN=Authority";
    peer_.certificate.valid_from = parse_time("2030-01-01T00:00:00Z", TimeZone::utc());
    peer_.certificate.expires = parse_time("2020-01-01T00:00:00Z", TimeZone::utc());
    peer_.certificate.names = {"a.test", "192.0.2.7"};
  }
  RefusedPeer peer_;
};

TEST_P(Refusal, TellsReasonAndRemedyOnOneLine) {
  peer_.verify_result = GetParam().verify_result;
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", "--fingerprint "), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Refusal,
    testing::Values(
        RefusalCase{"None", X509_V_OK, ""},
        RefusalCase{"WrongName", X509_V_ERR_HOSTNAME_MISMATCH,
                    "certificate is for a.test, 192.0.2.7 and not for logs.test; connect by a name "
                    "that it has, or pin it with --fingerprint " +
                        kPin},
        RefusalCase{"Expired", X509_V_ERR_CERT_HAS_EXPIRED,
                    "certificate expired at 2020-01-01T00:00:00Z; renew it, or pin it with "
                    "--fingerprint " +
                        kPin},
        RefusalCase{"NotYetValid", X509_V_ERR_CERT_NOT_YET_VALID,
                    "certificate is not valid before 2030-01-01T00:00:00Z; check this computer's "
                    "clock, or pin it with --fingerprint " +
                        kPin},
        RefusalCase{"SelfSigned", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
                    "certificate is self-signed (CN=a.test); if that is the right one, trust it "
                    "with --ca-file FILE or --fingerprint " +
                        kPin},
        RefusalCase{"UnknownAuthority", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                    "certificate is signed by an unknown authority, CN=Authority, whose "
                    "certificate the server has not sent, as it must if that is an intermediate "
                    "one (CN=a.test); if that is the right one, trust it with --ca-file FILE or "
                    "--fingerprint " +
                        kPin},
        RefusalCase{"WrongPurpose", X509_V_ERR_INVALID_PURPOSE,
                    "certificate is not one for servers (extended key usage serverAuth); have one "
                    "issued that is, or pin it with --fingerprint " +
                        kPin},
        RefusalCase{"Other", X509_V_ERR_CERT_REVOKED,
                    "certificate was refused: certificate revoked (CN=a.test); if that is the "
                    "right one, trust it with --ca-file FILE or --fingerprint " +
                        kPin}),
    [](const auto& row) { return row.param.name; });

TEST_F(Refusal, NamesTheFileThatLacksTheAuthority) {
  peer_.ca_file = "/etc/ca.pem";
  peer_.verify_result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", ""),
            "certificate is not signed by an authority of /etc/ca.pem, but by CN=Authority, whose "
            "certificate the server has not sent, as it must if that is an intermediate one "
            "(CN=a.test); if that is the right one, trust it with --ca-file FILE");
  peer_.verify_result = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", ""),
            "certificate is self-signed, and not in /etc/ca.pem (CN=a.test); if that is the right "
            "one, trust it with --ca-file FILE");
}

TEST_F(Refusal, TellsAnAuthorityFromAnotherOneOfItsName) {
  peer_.verify_result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  peer_.knows_name_of_issuer = true;
  for (const std::string file : {"", "/etc/ca.pem"}) {
    peer_.ca_file = file;
    EXPECT_EQ(explain_refusal(peer_, "--ca-file", ""),
              "certificate is signed by CN=Authority, but not with the key of the authority of "
              "that name in " +
                  (file.empty() ? std::string("the system's list") : file) +
                  " (CN=a.test); if that is the right one, trust it with --ca-file FILE");
  }
}

TEST_F(Refusal, SaysOfASentChainOnlyWhoIsNotTrusted) {
  peer_.verify_result = X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
  peer_.authority_at_fault = PeerCertificate{};
  peer_.authority_at_fault->issuer = "CN=Root";
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", ""),
            "certificate is signed by an unknown authority, CN=Root (CN=a.test); if that is the "
            "right one, trust it with --ca-file FILE");
  peer_.knows_name_of_issuer = true;
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", ""),
            "certificate is signed by CN=Root, but not with the key of the authority of that name "
            "in the system's list (CN=a.test); if that is the right one, trust it with --ca-file "
            "FILE");
}

TEST_F(Refusal, SaysThatAnAddressIsThereAsANameOnly) {
  peer_.verify_result = X509_V_ERR_IP_ADDRESS_MISMATCH;
  for (const char* const address : {"127.0.0.1", "::1"}) {
    peer_.name = address;
    peer_.certificate.names = {"a.test", address};
    EXPECT_EQ(explain_refusal(peer_, "--ca-file", "--fingerprint "),
              fmt::format("certificate has {0} as a host name and not as an IP address; connect by "
                          "a host name, or have a certificate issued with the subject alternative "
                          "name IP:{0}, or pin it with --fingerprint {1}",
                          address, kPin));
  }
}

TEST_F(Refusal, OfAWeakCertificateProposesNoAuthority) {
  for (const int result :
       {X509_V_ERR_CA_MD_TOO_WEAK, X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL}) {
    peer_.verify_result = result;
    const std::string text = explain_refusal(peer_, "--ca-file", "--fingerprint ");
    EXPECT_EQ(text.find("--ca-file"), std::string::npos) << text;
    EXPECT_NE(text.find("have one issued with SHA-256"), std::string::npos) << text;
    EXPECT_NE(text.find("pin it with --fingerprint"), std::string::npos) << text;
  }
}

TEST_F(Refusal, NamesTheAuthorityAtFault) {
  peer_.verify_result = X509_V_ERR_CERT_HAS_EXPIRED;
  peer_.authority_at_fault = PeerCertificate{};
  peer_.authority_at_fault->subject = "CN=Old";
  peer_.authority_at_fault->expires = parse_time("2001-01-01T00:00:00Z", TimeZone::utc());
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", "--fingerprint "),
            "certificate of the authority CN=Old expired at 2001-01-01T00:00:00Z; renew it, or pin "
            "it with --fingerprint " +
                kPin);
}

TEST_F(Refusal, ProposesNoPinWhereThereCanBeNone) {
  for (const int result : {X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_CERT_HAS_EXPIRED,
                           X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}) {
    peer_.verify_result = result;
    const std::string text = explain_refusal(peer_, "--ca-file", "");
    EXPECT_EQ(text.find("pin"), std::string::npos) << text;
    EXPECT_EQ(text.find(" or "), std::string::npos) << text;
  }
}

TEST_F(Refusal, ShowsNoMoreThanTenNames) {
  peer_.verify_result = X509_V_ERR_HOSTNAME_MISMATCH;
  peer_.certificate.names.assign(1000, "x");
  EXPECT_NE(explain_refusal(peer_, "", "").find("for x, x, x, x, x, x, x, x, x, x, ... and"),
            std::string::npos);
}

TEST_F(Refusal, PutsAWrongFingerprintFirst) {
  peer_.verify_result = X509_V_OK;
  peer_.is_fingerprint_wrong = true;
  EXPECT_EQ(explain_refusal(peer_, "--ca-file", "--fingerprint "),
            "certificate CN=a.test does not have the fingerprint that was set; if it was renewed, "
            "set --fingerprint " +
                kPin);
}

}  // namespace
}  // namespace vrni2syslog
