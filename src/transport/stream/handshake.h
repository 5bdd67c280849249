#pragma once

#include "base/clock.h"
#include "transport/net/watched_descriptor.h"
#include "transport/stream/byte_stream.h"

#include <asio/awaitable.hpp>

namespace vrni2syslog {

/// Has the stream, which works on the socket, shake hands. Throws Error(Unreachable), also at
/// `until`.
asio::awaitable<void> shake_hands(ByteStream& stream, WatchedDescriptor& socket, SteadyTime until);

}  // namespace vrni2syslog
