#pragma once

#include "base/run_limits.h"

#include <chrono>
#include <string>
#include <vector>

namespace vrni2syslog {

class TransportLoop;

/// The addresses of a host as text, in the order in which a connection tries them. Waits at most
/// `timeout`, and no longer than the run's limits. Throws Error(Unreachable) with the resolver's
/// reason, Error(Unconfirmed) at the run's limits.
[[nodiscard]] std::vector<std::string> look_up_addresses(TransportLoop& loop,
                                                         const std::string& host,
                                                         std::chrono::milliseconds timeout,
                                                         const RunLimits& limits);

}  // namespace vrni2syslog
