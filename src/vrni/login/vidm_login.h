#pragma once

#include "vrni/login/credentials.h"
#include "vrni/login/platform_token_login.h"

#include <string>

namespace vrni2syslog {

/// An access token of VMware Identity Manager, for which the platform gives a token of its own.
class VidmLogin final : public PlatformTokenLogin {
 public:
  explicit VidmLogin(VidmCredentials credentials) : credentials_(std::move(credentials)) {}

  [[nodiscard]] std::string account() const override { return "vIDM access token"; }
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;

 private:
  VidmCredentials credentials_;
};

}  // namespace vrni2syslog
