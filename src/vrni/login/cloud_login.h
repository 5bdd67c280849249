#pragma once

#include "vrni/login/credentials.h"
#include "vrni/login/login.h"

#include <memory>
#include <string>

namespace vrni2syslog {

/// The cloud service: the Cloud Services console exchanges an API token (a refresh token in the
/// words of OAuth) for access tokens that live for about half an hour.
class CloudLogin final : public Login {
 public:
  /// `console` is the connection to the console.
  CloudLogin(CloudCredentials credentials, std::unique_ptr<HttpClient> console)
      : credentials_(std::move(credentials)), console_(std::move(console)) {}

  [[nodiscard]] std::string account() const override;
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] std::string refused_token() const override;

 private:
  CloudCredentials credentials_;
  std::unique_ptr<HttpClient> console_;
};

}  // namespace vrni2syslog
