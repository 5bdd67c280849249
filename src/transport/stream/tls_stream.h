#pragma once

#include "tls/tls_settings.h"
#include "transport/stream/byte_stream.h"

#include <memory>
#include <string>

namespace vrni2syslog {

/// TLS 1.2 or 1.3 around a connected socket. `peer` is the socket's address for description().
/// `host` is the name that the certificate must carry, and the server name to ask for (SNI) unless
/// it is an address. Throws Error(Configuration) for files that cannot be used.
[[nodiscard]] std::unique_ptr<ByteStream> make_tls_stream(std::unique_ptr<WatchedDescriptor> socket,
                                                          std::string peer,
                                                          const TlsSettings& settings,
                                                          const std::string& host);

}  // namespace vrni2syslog
