#include "base/signing_key.h"

#include "base/error.h"
#include "base/sha256.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::size_t kSignatureBytes = 64;  // RFC 8032 section 5.1.6
constexpr std::size_t kKeyIdDigits = 16;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

[[nodiscard]] EVP_PKEY* pkey(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

void free_pkey(void* key) {
  EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

void require_openssl(bool is_done) {
  if (!is_done) throw Error(Fault::Bug, "OpenSSL does not provide Ed25519");
}

[[nodiscard]] std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  text.resize(text.find_last_not_of('=') + 1);
  for (char& digit : text) {
    if (digit == '+') digit = '-';
    if (digit == '/') digit = '_';
  }
  return text;
}

/// What `write` writes into a BIO.
template <typename Write>
[[nodiscard]] std::string written_by(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  require_openssl(bio && write(bio.get()) == 1);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

[[nodiscard]] std::string subject_public_key_info(EVP_PKEY* key) {
  return written_by([key](BIO* bio) { return i2d_PUBKEY_bio(bio, key); });
}

/// Nobody is asked: a run from cron has nobody to ask.
int refuse_password(char*, int, int, void*) {
  return -1;
}

}  // namespace

SigningKey::SigningKey(Handle key) : key_(std::move(key)) {
  Sha256 digest;
  digest.update(subject_public_key_info(pkey(key_)));
  id_ = to_hex(digest.finish()).substr(0, kKeyIdDigits);
}

SigningKey SigningKey::from_pem(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  require_openssl(bio != nullptr);
  Handle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, nullptr), free_pkey);
  ERR_clear_error();
  if (!key) {
    throw Error(Fault::Configuration,
                "it is no private key in PEM, or one that needs a password; make one with "
                "--make-manifest-key FILE");
  }
  if (EVP_PKEY_get_base_id(pkey(key)) != EVP_PKEY_ED25519) {
    throw Error(Fault::Configuration,
                "it is not an Ed25519 key; make one with --make-manifest-key FILE");
  }
  return SigningKey(std::move(key));
}

SigningKey SigningKey::generate() {
  Handle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), free_pkey);
  require_openssl(key != nullptr);
  return SigningKey(std::move(key));
}

std::string SigningKey::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  require_openssl(context &&
                  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pkey(key_)) == 1);
  std::array<unsigned char, kSignatureBytes> signature{};
  std::size_t length = signature.size();
  require_openssl(EVP_DigestSign(context.get(), signature.data(), &length,
                                 reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size()) == 1);
  return base64url({reinterpret_cast<const char*>(signature.data()), length});
}

std::string SigningKey::public_base64url() const {
  return base64url(subject_public_key_info(pkey(key_)));
}

Secret SigningKey::private_pem() const {
  return Secret(written_by([this](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, pkey(key_), nullptr, nullptr, 0, nullptr, nullptr);
  }));
}

std::string SigningKey::public_pem() const {
  return written_by([this](BIO* bio) { return PEM_write_bio_PUBKEY(bio, pkey(key_)); });
}

}  // namespace vrni2syslog
