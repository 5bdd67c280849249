#pragma once

#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"
#include "transport/stream/tcp_transport.h"

#include <memory>

namespace vrni2syslog {

/// Streams with TLS as the endpoint says. Throws Error(Configuration) for certificate files that
/// cannot be used.
[[nodiscard]] TcpTransport::StreamMaker tls_stream_maker(const TransportContext& context);

/// tls:// (RFC 5425, RFC 9662). Throws as tls_stream_maker().
[[nodiscard]] std::unique_ptr<Transport> make_tls_transport(const TransportContext& context);

}  // namespace vrni2syslog
