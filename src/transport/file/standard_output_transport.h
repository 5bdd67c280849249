#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// Lines on a descriptor, each ended by a line feed, whether that is a file, a terminal or a pipe.
/// Waits as long as the reader takes (somebody may be reading in a pager). The transport throws
/// Error(OutputClosed) when the reader has gone. `descriptor` stays the caller's. Throws
/// Error(CannotWrite).
[[nodiscard]] std::unique_ptr<Transport> make_output_transport(asio::io_context& loop,
                                                               int descriptor);

/// Makes that for "-", standard output.
asio::awaitable<std::unique_ptr<Transport>> open_standard_output(asio::io_context& loop,
                                                                 const Endpoint& endpoint,
                                                                 const CollectorOptions& options);

}  // namespace vrni2syslog
