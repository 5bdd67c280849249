#pragma once

namespace vrni2syslog::bench {

/// What this process has taken so far, in seconds of CPU, user and system, of all its threads.
[[nodiscard]] double cpu_seconds();

}  // namespace vrni2syslog::bench
