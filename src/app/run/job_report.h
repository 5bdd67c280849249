#pragma once

#include "delivery/checkpoint/checkpoint.h"

#include <string>

namespace vrni2syslog {

/// "goes on from 2026-11-22T10:00:00Z": every collector has what the job was to send before that.
[[nodiscard]] std::string describe_progress(const Checkpoint& checkpoint);

/// The text of --status for one job: how far the job and each of its collectors are, and where the
/// collectors' chains of manifests end:
///
///   job nightly: goes on from 2026-11-22T10:00:00Z, 1 day ago
///     from https://vrni.local/api/ni, filter '...', saved at 2026-11-23T10:10:03Z by run ...
///     tls://a:6514: consumed at 2026-11-23T10:10:03Z, up to 2026-11-23T10:00:00Z
///       last manifest c252d05793e2..., signed with key cda642e5b47b2fc5
///     tcp://b:514: nothing confirmed yet, begins at 2026-11-22T10:00:00Z; lacks what others have
///     got, up to 2026-11-23T10:00:00Z
[[nodiscard]] std::string describe_job(const Checkpoint& checkpoint, UnixSeconds now);

}  // namespace vrni2syslog
