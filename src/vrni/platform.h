#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"
#include "http/redactor.h"
#include "vrni/api/api_client.h"
#include "vrni/login/login.h"
#include "vrni/platform_settings.h"

#include <memory>
#include <string>

namespace vrni2syslog {

/// The platform: one session of its API, from login to the deletion of the token. Used by one
/// thread.
class Platform {
 public:
  /// `clock` and `log` must outlive the platform. Does not connect yet. Throws Error(CannotCreate)
  /// and Error(CannotWrite) if a capture cannot be made, Error(Data) if one cannot be read.
  Platform(const PlatformSettings& settings, Clock& clock, const RunLimits& limits, Log& log);
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  /// Gives the token back, since an account may have only 100: ApiClient::log_out().
  ~Platform();

  /// Gets a token, and tries it unless the platform itself has given it. Throws Error(LoginRefused)
  /// if the login is refused, Error(Unreachable) if the platform, or the server that gives the
  /// token, cannot be reached or verified. Not needed before other calls: the first one logs in.
  void log_in();
  /// The account, or what it logs in with: "admin@local (LOCAL)".
  [[nodiscard]] std::string account() const;

  /// The calls of its API: for make_platform_flows() and for single calls.
  [[nodiscard]] ApiClient& api() noexcept { return api_; }

  /// After a call: the certificate that the platform showed ("certificate CN=..., expires ...,
  /// sha256:...").
  [[nodiscard]] std::string peer_description() const;

 private:
  class AnswerSource;

  Redactor redactor_;  ///< of all secrets of the run
  std::unique_ptr<AnswerSource> answers_;
  std::unique_ptr<Login> login_;
  ApiClient api_;
};

}  // namespace vrni2syslog
