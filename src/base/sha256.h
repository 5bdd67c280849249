#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

using Sha256Digest = std::array<unsigned char, 32>;

/// Computes SHA-256 (FIPS 180-4) over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();

  void update(std::string_view bytes);
  /// The digest of all bytes so far. Afterwards the object may only be destroyed or assigned to.
  [[nodiscard]] Sha256Digest finish();

 private:
  /// An EVP_MD_CTX; OpenSSL's headers stay out of this one.
  std::unique_ptr<void, void (*)(void*)> context_;
};

/// The digest as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Sha256Digest& digest);

}  // namespace vrni2syslog
