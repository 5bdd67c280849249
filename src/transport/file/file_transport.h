#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/transport.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <memory>

namespace vrni2syslog {

/// Opens for file:///path: lines are appended to a regular file, which is made (mode 0640) if it
/// does not exist, and are on disk when an epoch is committed. Every epoch opens the file anew, so
/// that it may be rotated in between. If the file was renamed, removed, replaced or cut since the
/// epoch's first line, the receipt is Failed, because the lines may be in no file that anybody
/// keeps; before the first line, the file that has the name by then is taken. What nobody can see
/// is a cut between a rotator's copy and a commit that comes before the cut. Throws
/// Error(CannotCreate).
asio::awaitable<std::unique_ptr<Transport>> open_file(asio::io_context& loop,
                                                      const Endpoint& endpoint,
                                                      const CollectorOptions& options);

}  // namespace vrni2syslog
