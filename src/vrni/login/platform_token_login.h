#pragma once

#include "vrni/login/login.h"

#include <string>

namespace vrni2syslog {

/// What the logins have in common for which the platform gives tokens of its own: at most 100 at a
/// time for an account, and each to be deleted after use.
class PlatformTokenLogin : public Login {
 public:
  /// The token is base64 text and goes as it came, never URL-encoded.
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] bool gives_back() const override { return true; }
  [[nodiscard]] bool is_proven_by_token() const override { return true; }
  [[nodiscard]] std::string refused_token() const override;
};

}  // namespace vrni2syslog
