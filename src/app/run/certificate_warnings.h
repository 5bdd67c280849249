#pragma once

#include "base/timestamp.h"

#include <map>
#include <string>
#include <vector>

namespace vrni2syslog {

/// What to tell of certificates, by peer, that expire within 30 days, or have expired: "certificate
/// of vrni.local expires at 2026-12-21T12:00:00Z".
[[nodiscard]] std::vector<std::string> certificate_warnings(
    const std::map<std::string, UnixSeconds>& certificates, UnixSeconds now);

/// The same with what follows from it, and what to do. It is not known here which certificates are
/// pinned or not verified: those are accepted when they have expired, too.
[[nodiscard]] std::vector<std::string> certificate_advice(
    const std::map<std::string, UnixSeconds>& certificates, UnixSeconds now);

}  // namespace vrni2syslog
