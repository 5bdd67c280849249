#pragma once

#include "transport/transport.h"
#include "transport/transport_context.h"

#include <memory>

namespace vrni2syslog {

/// tls:// (RFC 5425, RFC 9662). Throws Error(Configuration) for certificate files that cannot be
/// used.
[[nodiscard]] std::unique_ptr<Transport> make_tls_transport(const TransportContext& context);

}  // namespace vrni2syslog
