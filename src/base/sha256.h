#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

using Sha256Digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();

  void update(std::string_view bytes);
  /// The digest of everything so far. The object may only be destroyed or assigned to afterwards.
  [[nodiscard]] Sha256Digest finish();

 private:
  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;  ///< EVP_MD_CTX; OpenSSL's headers stay out of this one
};

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Sha256Digest& digest);

}  // namespace vrni2syslog
