#pragma once

#include "transport/contract/transport.h"
#include "transport/contract/transport_context.h"

#include <memory>

namespace vrni2syslog {

/// file:///path: appends to a regular file, which is made (mode 0640) where there is none; on disk
/// when it is closed.
[[nodiscard]] std::unique_ptr<Transport> make_file_transport(const TransportContext& context);

}  // namespace vrni2syslog
