#pragma once

#include "app/settings/settings.h"
#include "base/run_context.h"
#include "delivery/delivery_job.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Whether a collector keeps the progress of the job itself, in the same transaction as the flows.
[[nodiscard]] bool keep_progress(const std::vector<CollectorAddress>& collectors);

/// Asks these collectors how far the job is, which ends a run before this one that still writes to
/// them, and brings the job up to that: neither a crash nor a lost state repeats or loses anything
/// there. Returns what they keep, by their numbers, for CollectorOptions::kept_progress. Throws
/// Error(Configuration) if it is not ours, and what Sink::open() throws if the only collector
/// cannot be asked; where there are others, that is a warning.
[[nodiscard]] std::map<std::size_t, std::string> resume_from_collectors(const Settings& settings,
                                                                        const RunContext& context,
                                                                        DeliveryJob& job);

}  // namespace vrni2syslog
