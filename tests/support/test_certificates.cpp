#include "support/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace vrni2syslog {
namespace {

struct BioFree {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using MemoryBio = std::unique_ptr<BIO, BioFree>;

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

std::string text_of(const MemoryBio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

void set_subject(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes,
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "subject");
}

void set_serial(X509* certificate) {
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1);
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void add_extensions(X509* certificate, const CertificateSpec& spec) {
  add_extension(certificate, NID_basic_constraints,
                spec.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (spec.is_authority) add_extension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  std::string names;
  for (const std::string& name : spec.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) add_extension(certificate, NID_subject_alt_name, names);
}

}  // namespace

TestCertificate TestCertificate::make(const CertificateSpec& spec, const TestCertificate* issuer) {
  TestCertificate made;
  made.key_.reset(spec.rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(spec.rsa_bits));
  made.certificate_.reset(X509_new());
  require(made.key_ && made.certificate_, "key");
  X509* certificate = made.certificate_.get();
  const TestCertificate& signer = issuer != nullptr ? *issuer : made;
  X509_set_version(certificate, X509_VERSION_3);
  set_serial(certificate);
  set_subject(certificate, spec.common_name);
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate_.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate), spec.valid_from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), spec.expires.count());
  X509_set_pubkey(certificate, made.key_.get());
  add_extensions(certificate, spec);
  require(X509_sign(certificate, signer.key_.get(), EVP_sha256()) > 0, "signature");
  return made;
}

TestCertificate TestCertificate::self_signed(const CertificateSpec& spec) {
  return make(spec, nullptr);
}

TestCertificate TestCertificate::authority(const std::string& common_name) {
  CertificateSpec spec;
  spec.common_name = common_name;
  spec.is_authority = true;
  return make(spec, nullptr);
}

TestCertificate TestCertificate::issue(const CertificateSpec& spec) const {
  return make(spec, this);
}

std::string TestCertificate::certificate_pem() const {
  const MemoryBio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate_.get()) == 1, "certificate as PEM");
  return text_of(bio);
}

std::string TestCertificate::key_pem() const {
  const MemoryBio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr),
          "key as PEM");
  return text_of(bio);
}

std::string TestCertificate::encrypted_key_pem(const std::string& passphrase) const {
  const MemoryBio bio(BIO_new(BIO_s_mem()));
  std::string copy = passphrase;
  require(PEM_write_bio_PrivateKey(bio.get(), key_.get(), EVP_aes_128_cbc(),
                                   reinterpret_cast<unsigned char*>(copy.data()),
                                   static_cast<int>(copy.size()), nullptr, nullptr),
          "encrypted key as PEM");
  return text_of(bio);
}

Sha256Digest TestCertificate::fingerprint() const {
  Sha256Digest digest{};
  require(X509_digest(certificate_.get(), EVP_sha256(), digest.data(), nullptr) == 1, "digest");
  return digest;
}

void TestCertificate::use_in(SSL_CTX* context) const {
  require(SSL_CTX_use_certificate(context, certificate_.get()) == 1, "certificate in context");
  require(SSL_CTX_use_PrivateKey(context, key_.get()) == 1, "key in context");
}

}  // namespace vrni2syslog
