#include "tls/pem_files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/freed_by.h"
#include "base/secret.h"
#include "base/text/utf8.h"
#include "tls/tls_client.h"

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

/// The authorities of a whole system take up some hundred thousand bytes.
constexpr std::size_t kMaxPemBytes = 8U * 1024 * 1024;

using MemoryBio = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;

void free_pem_items(STACK_OF(X509_INFO) * items) noexcept {
  sk_X509_INFO_pop_free(items, X509_INFO_free);
}

/// Says that there is no passphrase for a key; otherwise OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

/// "the private key /etc/ssl/client.key", for messages.
[[nodiscard]] std::string named(std::string_view what, const std::filesystem::path& file) {
  return fmt::format("{} {}", what, printable(file.string()));
}

[[noreturn]] void refuse_pem(std::string_view file, std::string_view problem) {
  throw Error(Fault::Configuration, fmt::format("cannot use {}: {}", file, problem));
}

[[nodiscard]] bool holds(std::string_view pem, std::string_view label) {
  return pem.find(fmt::format("{}-----", label)) != std::string_view::npos;
}

/// Why a file in which there is no `needed` cannot be used.
[[nodiscard]] std::string lack_of(std::string_view needed, std::string_view pem) {
  if (!holds(pem, "")) {
    return fmt::format(
        "it holds no {} in PEM form; \"openssl x509\", \"openssl pkey\" and \"openssl pkcs12\" "
        "convert other forms",
        needed);
  }
  std::string_view found = "other things";
  if (holds(pem, "PRIVATE KEY")) found = "a private key";
  if (holds(pem, " CERTIFICATE")) found = "a certificate";
  return fmt::format("it holds {}, but no {}; name the file that has the {}", found, needed,
                     needed);
}

[[nodiscard]] Secret read_pem(const std::filesystem::path& file, FileTrust trust) {
  return Secret(read_file(file, kMaxPemBytes, Fault::Configuration, trust));
}

[[nodiscard]] MemoryBio bio_of(const Secret& pem) {
  const std::string_view text = without_byte_order_mark(pem.reveal());
  MemoryBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw Error(Fault::Bug, "cannot set up TLS: " + take_ssl_error());
  return bio;
}

/// Whether a reading function of OpenSSL has come to the end of a file.
[[nodiscard]] bool take_end_of_pem() {
  const unsigned long code = ERR_peek_last_error();
  const bool is_end =
      ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  if (is_end) ERR_clear_error();
  return is_end;
}

void use_certificates(SSL_CTX* context, const Secret& pem, std::string_view file) {
  const MemoryBio bio = bio_of(pem);
  const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
  if (!own && take_end_of_pem()) refuse_pem(file, lack_of("certificate", pem.reveal()));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) refuse_pem(file, take_ssl_error());
  SSL_CTX_clear_chain_certs(context);
  while (const Certificate issuer{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1) refuse_pem(file, take_ssl_error());
  }
  if (!take_end_of_pem()) refuse_pem(file, take_ssl_error());
}

void use_key(SSL_CTX* context, const Secret& pem, std::string_view file) {
  if (!holds(pem.reveal(), "PRIVATE KEY")) refuse_pem(file, lack_of("private key", pem.reveal()));
  const MemoryBio bio = bio_of(pem);
  const PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  const bool is_encrypted = pem.reveal().find("ENCRYPTED") != std::string_view::npos;
  if (!key && is_encrypted) {
    ERR_clear_error();
    refuse_pem(file,
               "it is encrypted; \"openssl pkey -in FILE -out NEW\" writes it without passphrase");
  }
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) refuse_pem(file, take_ssl_error());
  ERR_clear_error();
}

}  // namespace

void load_authorities(X509_STORE* store, const std::filesystem::path& file, FileTrust trust) {
  const Secret pem = read_pem(file, trust);
  const std::string name = named("the certificate authorities of", file);
  const MemoryBio bio = bio_of(pem);
  const std::unique_ptr<STACK_OF(X509_INFO), FreedBy<free_pem_items>> items(
      PEM_X509_INFO_read_bio(bio.get(), nullptr, no_passphrase, nullptr));
  if (!items) refuse_pem(name, take_ssl_error());
  bool has_any = false;
  for (int i = 0; i < sk_X509_INFO_num(items.get()); ++i) {
    X509* const authority = sk_X509_INFO_value(items.get(), i)->x509;
    if (authority == nullptr) continue;
    if (X509_STORE_add_cert(store, authority) != 1) refuse_pem(name, take_ssl_error());
    has_any = true;
  }
  if (!has_any) refuse_pem(name, lack_of("certificate", pem.reveal()));
}

void load_client_certificate(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.certificate_file.empty()) {
    if (settings.key_file.empty()) return;
    throw Error(Fault::Configuration, fmt::format("{} is set without a client certificate",
                                                  named("the private key", settings.key_file)));
  }
  const std::string certificate = named("the client certificate", settings.certificate_file);
  const Secret certificate_pem = read_pem(settings.certificate_file, settings.file_trust);
  use_certificates(context, certificate_pem, certificate);

  const bool is_apart = !settings.key_file.empty();
  const std::string key =
      named("the private key", is_apart ? settings.key_file : settings.certificate_file);
  use_key(context, is_apart ? read_pem(settings.key_file, settings.file_trust) : certificate_pem,
          key);
  if (SSL_CTX_check_private_key(context) != 1)
    refuse_pem(fmt::format("{} with {}", certificate, key), take_ssl_error());
}

}  // namespace vrni2syslog
