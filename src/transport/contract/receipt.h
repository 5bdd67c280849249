#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/verdict.h"

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The detail if the peer ended its side before we ended ours.
inline constexpr const char* kClosedEarly = "the collector closed the connection before the end";

/// What a session says of an epoch.
struct Receipt {
  Verdict verdict = Verdict::Failed;
  std::string detail;  ///< for the user: what was missing, and the remedy; may be empty
  /// What the user should know about lines that are confirmed.
  std::vector<std::string> warnings{};
  /// When it was there, which may be long before anybody took it; the session sets it.
  SteadyTime given_at = SteadyTime::max();
};

/// Error(Unconfirmed) for lines that `collector` (its display name) got and has not confirmed, for
/// this reason.
[[nodiscard]] Error unconfirmed(std::string_view collector, std::string_view reason);

}  // namespace vrni2syslog
