#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/framing.h"
#include "transport/contract/transport.h"
#include "transport/stream/byte_stream.h"

#include <memory>

namespace vrni2syslog {

/// Syslog over a stream that is connected and has shaken hands (RFC 5425, RFC 6587). Its orderly
/// close is the proof of an epoch, so it serves for one only.
[[nodiscard]] std::unique_ptr<Transport> make_stream_transport(std::unique_ptr<ByteStream> stream,
                                                               Framing framing,
                                                               const CollectorOptions& options);

}  // namespace vrni2syslog
