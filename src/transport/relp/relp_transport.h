#pragma once

#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"

#include <memory>

namespace vrni2syslog {

/// relp://
[[nodiscard]] std::unique_ptr<Transport> make_relp_transport(const TransportContext& context);

/// relps://, RELP inside of TLS. Throws Error(Configuration) for certificate files that cannot be
/// used.
[[nodiscard]] std::unique_ptr<Transport> make_relps_transport(const TransportContext& context);

}  // namespace vrni2syslog
