#pragma once

#include "base/secret.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// An Ed25519 key (RFC 8032) that signs. Copies share it.
class SigningKey {
 public:
  /// Reads a private key in PEM (PKCS #8, RFC 5958). Throws Error(Configuration) if it is none, is
  /// protected by a password, or is of another kind.
  [[nodiscard]] static SigningKey from_pem(std::string_view pem);
  /// A new key. Throws Error(Bug) if OpenSSL cannot make one.
  [[nodiscard]] static SigningKey generate();

  /// The signature of a text, in base64url without padding (RFC 4648 section 5): 86 characters. The
  /// same text always has the same signature.
  [[nodiscard]] std::string sign(std::string_view text) const;

  /// Names the public key: the first 16 hexadecimal digits of the SHA-256 over its
  /// SubjectPublicKeyInfo (RFC 5280 section 4.1, in DER).
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  /// The SubjectPublicKeyInfo in base64url without padding: 59 characters.
  [[nodiscard]] std::string public_base64url() const;

  /// The private key in PEM, as from_pem() reads it.
  [[nodiscard]] Secret private_pem() const;
  /// The public key in PEM.
  [[nodiscard]] std::string public_pem() const;

 private:
  /// An EVP_PKEY; OpenSSL's headers stay out of this one.
  using Handle = std::shared_ptr<void>;

  explicit SigningKey(Handle key);

  Handle key_;
  std::string id_;
};

/// The keys that vouch for the manifests of a run.
struct ManifestKeys {
  SigningKey key;
  /// The key before it, which signs it once; nullopt if the key is the first, or the one before is
  /// gone.
  std::optional<SigningKey> previous;
};

}  // namespace vrni2syslog
