#pragma once

#include "base/timestamp.h"

#include <map>
#include <mutex>
#include <string>

namespace vrni2syslog {

/// When the certificates expire that peers have shown, of those that were accepted. Every TLS
/// client that has it in its TlsSettings adds to it, from whatever thread.
class CertificateExpiries {
 public:
  /// `peer` is the host name or address that the certificate was shown for. Of several certificates
  /// of a peer the one that expires first counts.
  void add(const std::string& peer, UnixSeconds expiry);

  [[nodiscard]] std::map<std::string, UnixSeconds> by_peer() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, UnixSeconds> by_peer_;
};

}  // namespace vrni2syslog
