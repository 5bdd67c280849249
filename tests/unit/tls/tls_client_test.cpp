#include "tls/tls_client.h"

#include "base/error.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"
#include "support/test_certificates.h"
#include "tls/peer_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/err.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct SslFree {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, SslFree>;

/// Shakes hands in memory; true where both sides are content.
bool shake_hands(const Ssl& client, const Ssl& server) {
  BIO* client_end = nullptr;
  BIO* server_end = nullptr;
  BIO_new_bio_pair(&client_end, 0, &server_end, 0);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  for (int step = 0; step < 20; ++step) {
    const int client_result = SSL_do_handshake(client.get());
    const int server_result = SSL_do_handshake(server.get());
    if (client_result == 1 && server_result == 1) return true;
    if (client_result <= 0 && SSL_get_error(client.get(), client_result) == SSL_ERROR_SSL)
      return false;
    if (server_result <= 0 && SSL_get_error(server.get(), server_result) == SSL_ERROR_SSL)
      return false;
  }
  return false;
}

class PeerVerificationTest : public testing::Test {
 protected:
  PeerVerificationTest() { settings_.ca_file = directory_.write("ca.pem", ca_.certificate_pem()); }
  ~PeerVerificationTest() override { ERR_clear_error(); }

  /// Connects to a server with this certificate by this name. The server sends the certificates
  /// `chain` of authorities, too.
  bool accepts(const TestCertificate& certificate, const std::string& name,
               const std::vector<const TestCertificate*>& chain = {}) {
    const SslContext server(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(server.get(), 0);
    certificate.use_in(server.get());
    for (const TestCertificate* const authority : chain)
      SSL_CTX_add1_chain_cert(server.get(), authority->certificate());
    verification_ = std::make_unique<PeerVerification>(settings_, name);
    const SslContext client = verification_->make_context();
    connection_.reset(SSL_new(client.get()));
    return shake_hands(connection_, Ssl(SSL_new(server.get())));
  }

  std::string refusal() const {
    return verification_->refusal("--collector-ca-file", "?fingerprint=");
  }

  static std::string fingerprint_of(const TestCertificate& certificate) {
    return format_fingerprint(certificate.fingerprint());
  }

  TemporaryDirectory directory_;
  const std::string ca_name_ = "Test Authority";
  TestCertificate ca_ = TestCertificate::authority(ca_name_);
  TlsSettings settings_;
  std::unique_ptr<PeerVerification> verification_;
  Ssl connection_;
};

TEST_F(PeerVerificationTest, TellsWhenACertificateExpiresThatItAccepts) {
  settings_.expiries = std::make_shared<CertificateExpiries>();
  const TestCertificate certificate = ca_.issue({.names = {"DNS:logs.test"}});
  EXPECT_FALSE(accepts(certificate, "other.test"));
  EXPECT_TRUE(settings_.expiries->by_peer().empty());
  EXPECT_TRUE(accepts(certificate, "logs.test"));
  EXPECT_THAT(settings_.expiries->by_peer(),
              testing::ElementsAre(
                  testing::Pair("logs.test", verification_->certificate()->expires.value())));
}

TEST_F(PeerVerificationTest, AcceptsATrustedCertificateWithTheRightName) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:logs.test"}});
  EXPECT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_EQ(refusal(), "");
  ASSERT_TRUE(verification_->certificate());
  EXPECT_EQ(verification_->certificate()->fingerprint, leaf.fingerprint());
}

TEST_F(PeerVerificationTest, AcceptsAnAddressAsAlternativeName) {
  const TestCertificate leaf = ca_.issue({.names = {"IP:127.0.0.1", "IP:::1"}});
  EXPECT_TRUE(accepts(leaf, "127.0.0.1"));
  EXPECT_TRUE(accepts(leaf, "::1"));
  EXPECT_FALSE(accepts(leaf, "127.0.0.2"));
}

TEST_F(PeerVerificationTest, DoesNotTakeAHostNameForAnAddress) {
  EXPECT_FALSE(accepts(ca_.issue({.names = {"DNS:127.0.0.1"}}), "127.0.0.1"));
}

TEST_F(PeerVerificationTest, AcceptsAWildcardForOneLabelOnly) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:*.example.test"}});
  EXPECT_TRUE(accepts(leaf, "logs.example.test"));
  EXPECT_FALSE(accepts(leaf, "a.logs.example.test"));
  EXPECT_FALSE(accepts(ca_.issue({.names = {"DNS:l*.example.test"}}), "logs.example.test"));
}

TEST_F(PeerVerificationTest, IgnoresTheDotOfTheRoot) {
  EXPECT_TRUE(accepts(ca_.issue({.names = {"DNS:logs.test"}}), "logs.test."));
}

TEST_F(PeerVerificationTest, RefusesAWrongNameAndTellsTheRightOnes) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:a.test", "IP:192.0.2.7"}});
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("is for a.test, 192.0.2.7 and not for logs.test"),
                               HasSubstr("?fingerprint=" + fingerprint_of(leaf))));
}

TEST_F(PeerVerificationTest, RefusesAnExpiredCertificateAndTellsTheDate) {
  const TestCertificate leaf =
      ca_.issue({.names = {"DNS:logs.test"}, .valid_from = -hours(48), .expires = -hours(24)});
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(), HasSubstr("expired at " +
                                   certificate_time_text(verification_->certificate()->expires)));
}

TEST_F(PeerVerificationTest, RefusesACertificateNotYetValidAndTellsTheDate) {
  const TestCertificate leaf =
      ca_.issue({.names = {"DNS:logs.test"}, .valid_from = hours(24), .expires = hours(48)});
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("not valid before " +
                              certificate_time_text(verification_->certificate()->valid_from)),
                    HasSubstr("clock")));
}

TEST_F(PeerVerificationTest, NamesTheAuthorityThatHasExpired) {
  CertificateSpec old_authority{.common_name = "Old Authority",
                                .valid_from = -hours(48),
                                .expires = -hours(24),
                                .is_authority = true};
  const TestCertificate authority = TestCertificate::self_signed(old_authority);
  settings_.ca_file = directory_.write("old.pem", authority.certificate_pem());
  EXPECT_FALSE(accepts(authority.issue({.names = {"DNS:logs.test"}}), "logs.test"));
  EXPECT_THAT(refusal(), HasSubstr("certificate of the authority CN=Old Authority expired at"));
}

TEST_F(PeerVerificationTest, RefusesASelfSignedCertificateAndTellsHowToTrustIt) {
  const TestCertificate leaf = TestCertificate::self_signed({.names = {"DNS:logs.test"}});
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("self-signed"), HasSubstr("--collector-ca-file FILE"),
                               HasSubstr("?fingerprint=" + fingerprint_of(leaf))));
}

TEST_F(PeerVerificationTest, RefusesAnUnknownAuthorityAndNamesIt) {
  const TestCertificate other = TestCertificate::authority("Other Authority");
  EXPECT_FALSE(accepts(other.issue({.names = {"DNS:logs.test"}}), "logs.test"));
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr(settings_.ca_file.string()), HasSubstr("but by CN=Other Authority")));
}

TEST_F(PeerVerificationTest, AcceptsASelfSignedCertificateGivenAsAuthority) {
  const TestCertificate leaf = TestCertificate::self_signed({.names = {"DNS:logs.test"}});
  settings_.ca_file = directory_.write("leaf.pem", leaf.certificate_pem());
  EXPECT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_FALSE(accepts(leaf, "other.test"));
}

TEST_F(PeerVerificationTest, AcceptsAnIssuedCertificateGivenAsAuthority) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:logs.test"}});
  settings_.ca_file = directory_.write("leaf.pem", leaf.certificate_pem());
  EXPECT_TRUE(accepts(leaf, "logs.test"));
}

TEST_F(PeerVerificationTest, LetsTheFingerprintAloneDecide) {
  const TestCertificate leaf = TestCertificate::self_signed(
      {.names = {"DNS:else.test"}, .valid_from = -hours(48), .expires = -hours(24)});
  settings_.fingerprint = leaf.fingerprint();
  EXPECT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_EQ(refusal(), "");
}

TEST_F(PeerVerificationTest, RefusesAnotherFingerprintEvenFromATrustedAuthority) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:logs.test"}});
  settings_.fingerprint = ca_.fingerprint();
  settings_.is_insecure = true;
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("does not have the fingerprint"),
                               HasSubstr("?fingerprint=" + fingerprint_of(leaf))));
}

TEST_F(PeerVerificationTest, AcceptsAnythingWhenInsecure) {
  const TestCertificate leaf =
      TestCertificate::self_signed({.valid_from = -hours(48), .expires = -hours(24)});
  settings_.is_insecure = true;
  EXPECT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(verification_->certificate()->fingerprint, leaf.fingerprint());
  EXPECT_THAT(verification_->summary(), EndsWith(", not verified"));
}

TEST_F(PeerVerificationTest, SumsUpACertificateThatItHasVerified) {
  const TestCertificate leaf = TestCertificate::self_signed({.valid_from = -hours(24)});
  settings_.is_insecure = true;
  settings_.fingerprint = leaf.fingerprint();
  EXPECT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_EQ(verification_->summary(), summary_of(*verification_->certificate()));
}

TEST_F(PeerVerificationTest, ReplacesWhatTheContextTrustedBefore) {
  const TestCertificate other = TestCertificate::authority("Other Authority");
  const SslContext server(SSL_CTX_new(TLS_server_method()));
  other.issue({.names = {"DNS:logs.test"}}).use_in(server.get());
  const SslContext client(SSL_CTX_new(TLS_client_method()));
  X509_STORE_add_cert(SSL_CTX_get_cert_store(client.get()), other.certificate());
  PeerVerification verification(settings_, "logs.test");
  verification.apply_to(client.get());
  EXPECT_FALSE(shake_hands(Ssl(SSL_new(client.get())), Ssl(SSL_new(server.get()))));
}

TEST_F(PeerVerificationTest, SpeaksTls12AtLeast) {
  PeerVerification verification(settings_, "logs.test");
  const SslContext client(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(client.get(), TLS1_VERSION);
  verification.apply_to(client.get());
  EXPECT_EQ(SSL_CTX_get_min_proto_version(client.get()), TLS1_2_VERSION);
}

TEST_F(PeerVerificationTest, TellsAnAuthorityFromAnotherOneOfItsName) {
  const TestCertificate namesake = TestCertificate::authority("Test Authority");
  EXPECT_FALSE(accepts(namesake.issue({.names = {"DNS:logs.test"}}), "logs.test"));
  EXPECT_THAT(refusal(), HasSubstr("not with the key of the authority of that name in"));
  const TestCertificate stranger = TestCertificate::authority("Other Authority");
  EXPECT_FALSE(accepts(stranger.issue({.names = {"DNS:logs.test"}}), "logs.test"));
  EXPECT_THAT(refusal(), HasSubstr("whose certificate the server has not sent"));
}

TEST_F(PeerVerificationTest, TellsTheRootOfASentChainFromAnotherOneOfItsName) {
  const CertificateSpec authority{.common_name = "Intermediate", .is_authority = true};
  for (const char* const name : {"Test Authority", "Other Authority"}) {
    SCOPED_TRACE(name);
    const TestCertificate root = TestCertificate::authority(name);
    const TestCertificate intermediate = root.issue(authority);
    const TestCertificate leaf = intermediate.issue({.names = {"DNS:logs.test"}});
    for (const std::vector<const TestCertificate*>& chain :
         {std::vector{&intermediate}, std::vector{&intermediate, &root}}) {
      EXPECT_FALSE(accepts(leaf, "logs.test", chain));
      EXPECT_THAT(refusal(), name == ca_name_ ? HasSubstr("signed by CN=Test Authority, but not "
                                                          "with the key of the authority")
                                              : HasSubstr("but by CN=Other Authority (CN="));
    }
  }
  const TestCertificate intermediate = ca_.issue(authority);
  EXPECT_TRUE(
      accepts(intermediate.issue({.names = {"DNS:logs.test"}}), "logs.test", {&intermediate}));
}

TEST_F(PeerVerificationTest, TakesAWeakCertificateByItsFingerprintOnly) {
  const TestCertificate leaf =
      TestCertificate::self_signed({.names = {"DNS:logs.test"}, .rsa_bits = 1024});
  settings_.ca_file = directory_.write("weak.pem", leaf.certificate_pem());
  EXPECT_FALSE(accepts(leaf, "logs.test"));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("certificate is too weak"),
                               HasSubstr("?fingerprint=" + fingerprint_of(leaf))));
  settings_.fingerprint = leaf.fingerprint();
  EXPECT_TRUE(accepts(leaf, "logs.test"));
}

TEST_F(PeerVerificationTest, SaysThatAnAddressIsThereAsANameOnly) {
  EXPECT_FALSE(accepts(ca_.issue({.names = {"DNS:127.0.0.1"}}), "127.0.0.1"));
  EXPECT_THAT(refusal(), HasSubstr("has 127.0.0.1 as a host name and not as an IP address"));
  EXPECT_FALSE(accepts(ca_.issue({.common_name = "127.0.0.1"}), "127.0.0.1"));
  EXPECT_THAT(refusal(), HasSubstr("has 127.0.0.1 as a host name and not as an IP address"));
}

TEST_F(PeerVerificationTest, KnowsTheConnectionsWhosePeerItHasAccepted) {
  const TestCertificate leaf = ca_.issue({.names = {"DNS:logs.test"}});
  ASSERT_TRUE(accepts(leaf, "logs.test"));
  EXPECT_NO_THROW(verification_->require_accepted(connection_.get()));

  const PeerVerification other(settings_, "logs.test");
  for (const SSL* const connection : {connection_.get(), static_cast<SSL*>(nullptr)}) {
    EXPECT_EQ(error_of([&] { other.require_accepted(connection); }).fault(), Fault::Bug);
  }
  ASSERT_FALSE(accepts(leaf, "other.test"));
  EXPECT_EQ(error_of([&] { verification_->require_accepted(connection_.get()); }).fault(),
            Fault::Bug);
}

TEST_F(PeerVerificationTest, DoesNotKnowAConnectionThatItHasNotSetUp) {
  const SslContext server(SSL_CTX_new(TLS_server_method()));
  ca_.issue({.names = {"DNS:logs.test"}}).use_in(server.get());
  const SslContext client(SSL_CTX_new(TLS_client_method()));
  const Ssl connection(SSL_new(client.get()));
  ASSERT_TRUE(shake_hands(connection, Ssl(SSL_new(server.get()))));
  const PeerVerification verification(settings_, "logs.test");
  EXPECT_EQ(error_of([&] { verification.require_accepted(connection.get()); }).fault(), Fault::Bug);
}

class TlsFiles : public PeerVerificationTest {
 protected:
  /// The message with which these settings are refused.
  std::string complaint() {
    try {
      (void)PeerVerification(settings_, "logs.test").make_context();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Configuration);
      return error.what();
    }
    return "accepted";
  }

  TestCertificate client_ = ca_.issue({.common_name = "client"});
};

TEST_F(TlsFiles, AreReadWithTheKeyApartOrInOneFile) {
  settings_.certificate_file = directory_.write("client.pem", client_.certificate_pem());
  settings_.key_file = directory_.write("client.key", client_.key_pem());
  EXPECT_EQ(complaint(), "accepted");
  settings_.certificate_file =
      directory_.write("both.pem", client_.certificate_pem() + client_.key_pem());
  settings_.key_file.clear();
  EXPECT_EQ(complaint(), "accepted");
}

TEST_F(TlsFiles, AreNamedWhereTheyAreMissing) {
  settings_.ca_file = directory_.path() / "no-ca.pem";
  EXPECT_THAT(complaint(), AllOf(HasSubstr("no-ca.pem"), HasSubstr("No such file or directory")));
  settings_.ca_file.clear();
  settings_.certificate_file = directory_.path() / "no-cert.pem";
  EXPECT_THAT(complaint(), AllOf(HasSubstr("no-cert.pem"), HasSubstr("No such file or directory")));
  settings_.certificate_file = directory_.write("client.pem", client_.certificate_pem());
  settings_.key_file = directory_.path() / "no-key.pem";
  EXPECT_THAT(complaint(), AllOf(HasSubstr("no-key.pem"), HasSubstr("No such file or directory")));
}

TEST_F(TlsFiles, AreNamedWhereTheyHoldSomethingElse) {
  settings_.ca_file = directory_.write("text.pem", "hello\n");
  EXPECT_THAT(complaint(), HasSubstr("text.pem"));
  settings_.ca_file = directory_.write("empty.pem", "");
  EXPECT_THAT(complaint(), HasSubstr("empty.pem"));
}

TEST_F(TlsFiles, AreRefusedWhereKeyAndCertificateDoNotMatch) {
  settings_.certificate_file = directory_.write("client.pem", client_.certificate_pem());
  settings_.key_file = directory_.write("other.key", ca_.key_pem());
  EXPECT_THAT(complaint(), AllOf(HasSubstr("other.key"), HasSubstr("mismatch")));
}

TEST_F(TlsFiles, AreRefusedWithAKeyAlone) {
  settings_.key_file = directory_.write("client.key", client_.key_pem());
  EXPECT_THAT(complaint(), HasSubstr("client.key is set without a client certificate"));
}

TEST_F(TlsFiles, AreRefusedRatherThanAskedAPassphraseFor) {
  settings_.certificate_file = directory_.write("client.pem", client_.certificate_pem());
  settings_.key_file = directory_.write("locked.key", client_.encrypted_key_pem("secret"));
  EXPECT_THAT(complaint(), AllOf(HasSubstr("locked.key"), HasSubstr("it is encrypted"),
                                 Not(HasSubstr("accepted"))));
}

TEST(RaiseFromTls11, KnowsTheContextThatBeginsThere) {
  const SslContext context(SSL_CTX_new(TLS_client_method()));
  for (const int version : {0, TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    SSL_CTX_set_min_proto_version(context.get(), version);
    EXPECT_FALSE(raise_from_tls_1_1(context.get()));
    EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), version);
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_1_VERSION);
  EXPECT_TRUE(raise_from_tls_1_1(context.get()));
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_2_VERSION);
}

TEST(SslError, IsTheOldestAndEmptiesTheQueue) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_EQ(take_ssl_error(), "wrong version number");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(SslError, IsTheSystemsTextForASystemError) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SYS, ENOENT);
  EXPECT_EQ(take_ssl_error(), "No such file or directory");
}

TEST(SslError, IsNeverEmpty) {
  ERR_clear_error();
  EXPECT_FALSE(take_ssl_error().empty());
}

}  // namespace
}  // namespace vrni2syslog
