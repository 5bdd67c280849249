#include "tls/tls_settings.h"

#include "base/error.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

constexpr std::string_view kPrefix = "sha256:";

/// -1 where `digit` is none.
int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool starts_with_prefix(std::string_view text) {
  if (text.size() < kPrefix.size()) return false;
  for (std::size_t i = 0; i < kPrefix.size(); ++i) {
    const char lower = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (lower != kPrefix[i]) return false;
  }
  return true;
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
    const int high = hex_value(rest[0]);
    const int low = hex_value(rest[1]);
    if (high < 0 || low < 0) refuse(text);
    digest[i] = static_cast<unsigned char>(high * 16 + low);
    rest.remove_prefix(2);
  }
  if (!rest.empty()) refuse(text);
  return digest;
}

std::string format_fingerprint(const Sha256Digest& digest) {
  return std::string(kPrefix) + to_hex(digest);
}

}  // namespace vrni2syslog
