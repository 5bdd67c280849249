#pragma once

#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What a certificate made for a test says.
struct CertificateSpec {
  std::string common_name = "collector.test";
  std::vector<std::string> names = {};  ///< subject alternative names: "DNS:a.test", "IP:127.0.0.1"
  std::chrono::seconds valid_from = -std::chrono::hours(1);  ///< relative to now
  std::chrono::seconds expires = std::chrono::hours(24);     ///< relative to now
  bool is_authority = false;
  unsigned rsa_bits = 0;  ///< the size of its RSA key; 0 means a key of P-256
};

/// A certificate and its private key, made in memory.
class TestCertificate {
 public:
  [[nodiscard]] static TestCertificate self_signed(const CertificateSpec& spec);
  /// An authority to issue() from.
  [[nodiscard]] static TestCertificate authority(const std::string& common_name);
  /// A certificate signed by this one.
  [[nodiscard]] TestCertificate issue(const CertificateSpec& spec) const;

  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] std::string key_pem() const;
  /// The key encrypted with a passphrase.
  [[nodiscard]] std::string encrypted_key_pem(const std::string& passphrase) const;
  [[nodiscard]] Sha256Digest fingerprint() const;

  /// Has a server or client context show this certificate.
  void use_in(SSL_CTX* context) const;

  [[nodiscard]] X509* certificate() const noexcept { return certificate_.get(); }

 private:
  struct CertificateFree {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  };
  struct KeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  };
  static TestCertificate make(const CertificateSpec& spec, const TestCertificate* issuer);

  std::unique_ptr<X509, CertificateFree> certificate_;
  std::unique_ptr<EVP_PKEY, KeyFree> key_;
};

}  // namespace vrni2syslog
