#include "tls/pem_files.h"

#include "base/error.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"
#include "support/test_certificates.h"
#include "tls/tls_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <filesystem>
#include <string>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PemFiles : public testing::Test {
 protected:
  ~PemFiles() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left for whoever asks next"; }

  [[nodiscard]] std::string complaint(const TlsSettings& settings) {
    try {
      const SslContext context(SSL_CTX_new(TLS_client_method()));
      if (!settings.ca_file.empty()) {
        load_authorities(SSL_CTX_get_cert_store(context.get()), settings.ca_file,
                         settings.file_trust);
      }
      load_client_certificate(context.get(), settings);
      chain_length_ = 0;
      STACK_OF(X509)* chain = nullptr;
      if (SSL_CTX_get0_chain_certs(context.get(), &chain) == 1) chain_length_ = sk_X509_num(chain);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Configuration);
      return error.what();
    }
    return "accepted";
  }

  TemporaryDirectory directory_;
  TestCertificate ca_ = TestCertificate::authority("Test Authority");
  TestCertificate client_ = ca_.issue({.common_name = "client"});
  int chain_length_ = 0;
};

TEST_F(PemFiles, SayWhatTheyLackAndWhatTheyHoldInstead) {
  const std::string certificate = client_.certificate_pem();
  const std::string key = client_.key_pem();
  const std::string request =
      "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n";
  struct Case {
    const char* name;
    std::string certificate;
    std::string key;
    const char* problem;
  };
  const Case cases[] = {
      {"a certificate without its key", certificate, "",
       "certificate.pem: it holds a certificate, but no private key; name the file"},
      {"certificates for keys", certificate, certificate,
       "key.pem: it holds a certificate, but no private key; name the file"},
      {"a key for a certificate", key, key,
       "certificate.pem: it holds a private key, but no certificate; name the file"},
      {"both exchanged", key, certificate, "certificate.pem: it holds a private key, but no"},
      {"a request", request, key, "certificate.pem: it holds other things, but no certificate"},
      {"another form", "0\x82", key,
       "certificate.pem: it holds no certificate in PEM form; \"open"},
      {"a key in another form", certificate, "0\x82",
       "it holds no private key in PEM form; \"open"},
      {"a key with a passphrase", certificate, client_.encrypted_key_pem("secret"),
       "key.pem: it is encrypted; \"openssl pkey"},
      {"the key of another", certificate, ca_.key_pem(), "mismatch"},
      {"a damaged certificate", certificate.substr(0, 100) + "\n-----END CERTIFICATE-----\n", key,
       "certificate.pem: "},
      {"a damaged key", certificate,
       "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "key.pem: "},
      {"a damaged chain", certificate + certificate.substr(0, 100), key, "certificate.pem: "},
      {"nothing wrong", certificate + ca_.certificate_pem(), key, "accepted"},
      {"one file", key + certificate, "", "accepted"},
      {"the mark of an editor", "\xEF\xBB\xBF" + certificate, "\xEF\xBB\xBF" + key, "accepted"},
  };
  for (const Case& row : cases) {
    TlsSettings settings;
    settings.certificate_file = directory_.write("certificate.pem", row.certificate);
    if (!row.key.empty()) settings.key_file = directory_.write("key.pem", row.key);
    EXPECT_THAT(complaint(settings), HasSubstr(row.problem)) << row.name;
    ERR_clear_error();
  }
}

TEST_F(PemFiles, OfAuthoritiesSayWhatTheyLack) {
  const std::string ca = ca_.certificate_pem();
  for (const auto& [content, problem] :
       {std::pair<std::string, const char*>{client_.key_pem(), "a private key, but no certificate"},
        {"hello\n", "no certificate in PEM form"},
        {"", "no certificate in PEM form"},
        {ca + "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "ca.pem: "},
        {"# a remark\n" + ca + client_.key_pem() + ca, "accepted"},
        {"\xEF\xBB\xBF" + ca, "accepted"}}) {
    TlsSettings settings;
    settings.ca_file = directory_.write("ca.pem", content);
    EXPECT_THAT(complaint(settings), HasSubstr(problem)) << content;
  }
}

TEST_F(PemFiles, KeepTheWholeChain) {
  TlsSettings settings;
  settings.certificate_file =
      directory_.write("chain.pem", client_.certificate_pem() + client_.key_pem() +
                                        ca_.certificate_pem() + client_.certificate_pem());
  EXPECT_EQ(complaint(settings), "accepted");
  EXPECT_EQ(chain_length_, 2);
}

TEST_F(PemFiles, ThatOthersCanWriteAreRefusedWhenTheyAreRead) {
  using std::filesystem::perms;
  TlsSettings settings;
  settings.ca_file = directory_.write("ca.pem", ca_.certificate_pem());
  settings.certificate_file = directory_.write("certificate.pem", client_.certificate_pem());
  settings.key_file = directory_.write("key.pem", client_.key_pem());
  for (const auto& file : {settings.ca_file, settings.certificate_file, settings.key_file}) {
    std::filesystem::permissions(file,
                                 perms::owner_read | perms::owner_write | perms::others_write);
    EXPECT_THAT(complaint(settings),
                AllOf(HasSubstr(file.string()), HasSubstr("can be written by others")));
    settings.file_trust = FileTrust::Any;
    EXPECT_EQ(complaint(settings), "accepted");
    settings.file_trust = FileTrust::OwnOnly;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
  }
}

}  // namespace
}  // namespace vrni2syslog
