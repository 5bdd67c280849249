#include "tls/tls_settings.h"

#include "base/error.h"
#include "base/text/ascii.h"
#include "base/text/number.h"

#include <fmt/core.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::string_view kPrefix = "sha256:";

[[nodiscard]] bool starts_with_prefix(std::string_view text) {
  return std::ranges::equal(text.substr(0, kPrefix.size()), kPrefix, {}, to_lower);
}

[[noreturn]] void refuse(std::string_view text) {
  throw Error(Fault::Usage,
              fmt::format("\"{}\" is not a certificate fingerprint; write sha256: and 64 "
                          "hexadecimal digits, as in `openssl x509 -fingerprint -sha256`",
                          printable(text, 120)));
}

}  // namespace

Sha256Digest parse_fingerprint(std::string_view text) {
  if (!starts_with_prefix(text)) refuse(text);
  std::string_view rest = text.substr(kPrefix.size());
  Sha256Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    if (i > 0 && rest.starts_with(':')) rest.remove_prefix(1);
    if (rest.size() < 2) refuse(text);
    const auto byte = parse_whole<unsigned char>(rest.substr(0, 2), 16);
    if (!byte) refuse(text);
    digest[i] = *byte;
    rest.remove_prefix(2);
  }
  if (!rest.empty()) refuse(text);
  return digest;
}

std::string format_fingerprint(const Sha256Digest& digest) {
  return std::string(kPrefix) + to_hex(digest);
}

}  // namespace vrni2syslog
