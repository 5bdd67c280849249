#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "vrni/login/credentials.h"
#include "vrni/login/login.h"

#include <string>

namespace vrni2syslog {

/// A bearer token that somebody else provides and renews: read again whenever the platform refuses
/// it.
class BearerLogin final : public Login {
 public:
  /// `clock` must outlive it; it and `limits` bound the command.
  BearerLogin(BearerCredentials credentials, const Clock& clock, RunLimits limits)
      : credentials_(std::move(credentials)), clock_(clock), limits_(std::move(limits)) {}

  [[nodiscard]] std::string account() const override;
  /// Reads the file or runs the command. Throws Error(Configuration) for a file,
  /// Error(LoginRefused) for a command that gives no token.
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override;
  [[nodiscard]] std::string header(const Token& token) const override;
  [[nodiscard]] std::string refused_token() const override;

 private:
  [[nodiscard]] Secret read_token() const;

  BearerCredentials credentials_;
  const Clock& clock_;
  RunLimits limits_;
};

}  // namespace vrni2syslog
