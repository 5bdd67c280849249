#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "base/secret.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What opens the API for a while.
struct Token {
  Secret text;
  /// For how long from now on, where its giver says so and it makes sense.
  std::optional<std::chrono::milliseconds> life;
};

/// Sets a token's text. It becomes part of a header line: a text that would break it is refused.
[[nodiscard]] Outcome set_text(Token& token, std::string_view text);

/// Reads the token from the platform's answer, whose `expiry` is documented in seconds since the
/// epoch and was observed in milliseconds. Overwrites `body`.
[[nodiscard]] Outcome read_platform_token(std::string& body, WallTime now, Token& token);

/// How long after it was given a token is to be replaced: before it expires, so that no call fails
/// on the way. Nothing where that is not known; then only the platform's 401 tells.
[[nodiscard]] std::optional<std::chrono::milliseconds> renewal_delay(const Token& token);

}  // namespace vrni2syslog
