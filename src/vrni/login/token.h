#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "base/secret.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// No token is valid for longer: an answer that says so is mistaken, or counts in other units.
inline constexpr std::chrono::hours kLongestTokenLife{366 * 24};

/// What lets a call in for a while.
struct Token {
  Secret text;
  /// How long it is valid from now on, at most kLongestTokenLife; nullopt if the answer does not
  /// say so, or says nonsense.
  std::optional<std::chrono::milliseconds> life;
};

/// Servers take no longer header lines, and a platform must not fill our memory.
inline constexpr std::size_t kMaxTokenBytes = 16 * 1024;

/// Sets a token's text. It becomes part of a header line: a text that would break it is refused,
/// and one that is longer than kMaxTokenBytes.
[[nodiscard]] Outcome set_text(Token& token, std::string_view text);

/// Reads the token from the platform's answer, whose `expiry` is documented in seconds since the
/// epoch and was observed in milliseconds. Overwrites `body`.
[[nodiscard]] Outcome read_platform_token(std::string& body, WallTime now, Token& token);

/// How long after it was given a token is to be replaced, which is some time before it expires.
/// nullopt if that is not known; then only the platform's 401 tells that the token has expired.
[[nodiscard]] std::optional<std::chrono::milliseconds> renewal_delay(const Token& token);

}  // namespace vrni2syslog
