#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/run_limits.h"
#include "flow/flow_source.h"
#include "flow/time_window.h"
#include "vrni/platform_settings.h"
#include "vrni/vidm_client.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  /// Logs out.
  ~Platform();

  /// Gets a token, and tries it unless the platform itself has given it. Throws Error(LoginRefused)
  /// if the login is refused, Error(Unreachable) if the platform, or the server that gives the
  /// token, cannot be reached or verified. Not needed before flows(): the first call logs in.
  void log_in();
  /// The account, or what it logs in with: "admin@local (LOCAL)".
  [[nodiscard]] std::string account() const;

  /// Gives the token back, since an account may have only 100. Tries once, for a few seconds at
  /// most.
  void log_out() noexcept;

  /// How many flows match a filter in a window, as a search for one of them says.
  [[nodiscard]] std::uint64_t count_flows(const std::string& filter, const TimeWindow& window);

  /// After a call: the time at the platform; nullopt if its answers do not tell.
  [[nodiscard]] std::optional<UnixSeconds> time() const;
  /// After a call: throws Error(Configuration) if the window has not been over for the units' least
  /// age at the platform (platform_time.h).
  void require_past(const TimeWindow& window) const;

  /// The flows that match a vRNI search filter, or all flows if it is empty. `counters` are fields
  /// of flow_counters() to add to each flow. The platform must outlive the source.
  [[nodiscard]] std::unique_ptr<FlowSource> flows(const std::string& filter,
                                                  const std::vector<FlowField>& counters = {});

  /// Where users get access tokens of VMware Identity Manager for the platform. Needs no login.
  /// Throws what read_vidm_client() throws.
  [[nodiscard]] VidmClient vidm_client();

  /// After a call: the certificate that the platform showed ("certificate CN=..., expires ...,
  /// sha256:...").
  [[nodiscard]] std::string peer_description() const;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace vrni2syslog
