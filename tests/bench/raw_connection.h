#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string_view>

namespace vrni2syslog::bench {

/// The least that sending takes: a blocking socket to a port of this computer, with TLS (which
/// verifies nobody) or without. Throws std::runtime_error where anything fails.
class RawConnection {
 public:
  RawConnection(std::uint16_t port, bool has_tls);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  void write(std::string_view bytes);
  /// Ends our side, and waits for the peer's end.
  void close();

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

}  // namespace vrni2syslog::bench
