#pragma once

#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"

#include <memory>

namespace vrni2syslog {

/// udp:// (RFC 5426): sent and forgotten, so no more than `Written` is ever known.
[[nodiscard]] std::unique_ptr<Transport> make_udp_transport(const TransportContext& context);

}  // namespace vrni2syslog
