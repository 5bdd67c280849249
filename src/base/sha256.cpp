#include "base/sha256.h"

#include "base/error.h"

#include <openssl/evp.h>

namespace vrni2syslog {
namespace {

void require(int result) {
  if (result != 1) throw Error(Fault::Bug, "OpenSSL does not provide SHA-256");
}

[[nodiscard]] EVP_MD_CTX* digest_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

}  // namespace

Sha256::Sha256()
    : context_(EVP_MD_CTX_new(), [](void* context) { EVP_MD_CTX_free(digest_context(context)); }) {
  require(context_ ? EVP_DigestInit_ex(digest_context(context_.get()), EVP_sha256(), nullptr) : 0);
}

void Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(digest_context(context_.get()), bytes.data(), bytes.size()));
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  require(EVP_DigestFinal_ex(digest_context(context_.get()), digest.data(), nullptr));
  return digest;
}

std::string to_hex(const Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

}  // namespace vrni2syslog
