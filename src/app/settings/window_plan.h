#pragma once

#include "app/settings/window_request.h"
#include "delivery/checkpoint/checkpoint.h"
#include "flow/time_window.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// The window that the user asked for, at `now`; the last 24 hours if the request names none. It
/// does not end after `now`. Throws Error(Usage) if the request contradicts itself, for an empty
/// window, and for one of too many units.
[[nodiscard]] TimeWindow plan_window(const WindowRequest& request, UnixSeconds now);

/// Throws Error(Configuration) if the job is further than `now`: a clock is or was wrong.
void require_not_ahead(const Checkpoint& job, UnixSeconds now);

/// The window with which a job continues at `now`; `job` is nullopt before its first run. It starts
/// at the job's watermark, in a first run 24 hours before its end; it ends `settle` before `now`,
/// and with a resolution at the end of the last whole unit before that, since a unit that is sent
/// in two parts would count as two. Empty if there is nothing to do yet. Throws what
/// require_not_ahead() throws, and Error(Usage) for too many units.
[[nodiscard]] TimeWindow plan_next_window(const WindowRequest& request,
                                          const std::optional<Checkpoint>& job, UnixSeconds now);

/// The warning about a job that is so far behind that the platform may have forgotten the next
/// flows. Empty for any other job.
[[nodiscard]] std::string lag_warning(const std::optional<Checkpoint>& job, UnixSeconds now);

/// The warning about a window that may lack late flows, since it ended less than `settle` before
/// `now`. Empty for any other window.
[[nodiscard]] std::string window_warning(const WindowRequest& request, const TimeWindow& window,
                                         UnixSeconds now);

}  // namespace vrni2syslog
