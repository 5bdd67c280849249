#include "tls/certificate_expiries.h"

#include <algorithm>

namespace vrni2syslog {

void CertificateExpiries::add(const std::string& peer, UnixSeconds expiry) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = by_peer_.try_emplace(peer, expiry);
  if (!is_new) known->second = std::min(known->second, expiry);
}

std::map<std::string, UnixSeconds> CertificateExpiries::by_peer() const {
  const std::lock_guard lock(mutex_);
  return by_peer_;
}

}  // namespace vrni2syslog
