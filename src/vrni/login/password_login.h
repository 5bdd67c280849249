#pragma once

#include "vrni/login/credentials.h"
#include "vrni/login/platform_token_login.h"

#include <string>

namespace vrni2syslog {

/// User name and password, checked by the platform (LOCAL) or by a directory (LDAP).
class PasswordLogin final : public PlatformTokenLogin {
 public:
  explicit PasswordLogin(PasswordCredentials credentials) : credentials_(std::move(credentials)) {}

  [[nodiscard]] std::string account() const override;
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;

 private:
  PasswordCredentials credentials_;
};

}  // namespace vrni2syslog
