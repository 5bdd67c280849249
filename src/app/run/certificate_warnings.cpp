#include "app/run/certificate_warnings.h"

#include <fmt/format.h>

#include <chrono>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::map<std::string, UnixSeconds> expiring_soon(
    std::map<std::string, UnixSeconds> certificates, UnixSeconds now) {
  constexpr std::chrono::days kTimeToRenew{30};
  std::erase_if(certificates,
                [&](const auto& entry) { return entry.second - now >= kTimeToRenew; });
  return certificates;
}

[[nodiscard]] std::string describe_expiry(const std::string& peer, UnixSeconds expiry,
                                          UnixSeconds now) {
  return fmt::format("certificate of {} {} at {}", peer, expiry < now ? "expired" : "expires",
                     to_rfc3339(expiry));
}

}  // namespace

std::vector<std::string> certificate_warnings(
    const std::map<std::string, UnixSeconds>& certificates, UnixSeconds now) {
  std::vector<std::string> warnings;
  for (const auto& [peer, expiry] : expiring_soon(certificates, now))
    warnings.push_back(describe_expiry(peer, expiry, now));
  return warnings;
}

std::vector<std::string> certificate_advice(const std::map<std::string, UnixSeconds>& certificates,
                                            UnixSeconds now) {
  std::vector<std::string> advice;
  for (const auto& [peer, expiry] : expiring_soon(certificates, now)) {
    advice.push_back(fmt::format(
        "{}: {}, unless its fingerprint is pinned or it is not verified; where it is pinned, give "
        "the new fingerprint when it is renewed",
        describe_expiry(peer, expiry, now),
        expiry < now ? "renew it, because runs fail"
                     : "renew it in time, because runs fail from then on"));
  }
  return advice;
}

}  // namespace vrni2syslog
