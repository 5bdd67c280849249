#pragma once

#include "base/secret.h"
#include "vrni/platform.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// What a login needs and what it brought. Sends nothing itself.
class Token {
 public:
  explicit Token(Credentials credentials) : credentials_(std::move(credentials)) {}

  /// The body of POST /auth/token. Holds the password.
  [[nodiscard]] std::string login_body() const;
  /// Takes the token from the answer. Returns what is wrong with it, or nothing.
  [[nodiscard]] std::optional<std::string> accept(std::string& body);

  [[nodiscard]] bool is_valid() const noexcept { return !token_.empty(); }
  void forget() { token_ = Secret(); }

  /// The header of every call but the login. The token is base64 text and goes as it came, never
  /// URL-encoded.
  [[nodiscard]] std::string header() const;
  /// The account, for messages: "admin@local (LOCAL)".
  [[nodiscard]] std::string account() const;

 private:
  Credentials credentials_;
  Secret token_;
};

}  // namespace vrni2syslog
