#pragma once

#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"

#include <memory>

namespace vrni2syslog {

/// unix:///dev/log: datagrams where the socket takes them, otherwise a stream.
[[nodiscard]] std::unique_ptr<Transport> make_unix_transport(const TransportContext& context);

}  // namespace vrni2syslog
