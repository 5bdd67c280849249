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
  /// `clock` and `log` must outlive the platform. Connects to nothing yet. Throws
  /// Error(CannotCreate) and Error(CannotWrite) for a capture that cannot be made, Error(Data) for
  /// one that cannot be read.
  Platform(const PlatformSettings& settings, Clock& clock, const RunLimits& limits, Log& log);
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  /// Logs out.
  ~Platform();

  /// Gets a token, and tries it where it does not come from the platform itself. Throws
  /// Error(LoginRefused) where the login is refused, Error(Unreachable) where the platform, or who
  /// gives the token, cannot be reached or verified. Not needed before flows(): the first call logs
  /// in.
  void log_in();
  /// Who logs in, or with what: "admin@local (LOCAL)".
  [[nodiscard]] std::string account() const;

  /// Gives the token back, since an account may have only 100; tries once, for a few seconds at
  /// most, and never throws.
  void log_out() noexcept;

  /// How many flows a filter matches in a window, by a search for one row.
  [[nodiscard]] std::uint64_t count_flows(const std::string& filter, const TimeWindow& window);

  /// After a call: what time it is at the platform; nothing where it does not tell.
  [[nodiscard]] std::optional<UnixSeconds> time() const;
  /// After a call: throws Error(Configuration) where the window is not over at the platform, as
  /// require_past() has it, for the units' least age.
  void require_past(const TimeWindow& window) const;

  /// The flows that match a vRNI search filter; every flow where it is empty. `counters` are fields
  /// of flow_counters() to add to each. The platform must outlive the source.
  [[nodiscard]] std::unique_ptr<FlowSource> flows(const std::string& filter,
                                                  const std::vector<FlowField>& counters = {});

  /// Where users get access tokens of VMware Identity Manager for the platform; needs no login.
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
