#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"

#include <asio/io_context.hpp>

namespace vrni2syslog {

/// What a transport is made from. The loop outlives the transport, which copies the rest.
struct TransportContext {
  asio::io_context& loop;
  const Endpoint& endpoint;
  const CollectorOptions& options;
};

}  // namespace vrni2syslog
