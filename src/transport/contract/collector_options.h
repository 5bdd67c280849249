#pragma once

#include <chrono>
#include <cstddef>

namespace vrni2syslog {

struct CollectorOptions {
  /// Of the name lookup; of connect and TLS handshake, and of the opening of a RELP session, for
  /// each address tried.
  std::chrono::milliseconds connect_timeout{10'000};
  /// Without a byte taken by the peer, or with RELP a line acknowledged, while there are more to
  /// send.
  std::chrono::milliseconds progress_timeout{60'000};
  /// For the peer to answer the orderly close; with RELP also without a line acknowledged before
  /// it.
  std::chrono::milliseconds close_timeout{10'000};
  /// Lines waiting to be sent, above which send() waits.
  std::size_t queue_bytes = 4U * 1024 * 1024;
};

}  // namespace vrni2syslog
