#pragma once

#include "app/settings/window_request.h"
#include "flow/time_window.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// The window that was asked for, at `now`, which its end is not after; the last 24 hours where
/// none was. Throws Error(Usage) where the requests contradict each other, for an empty window and
/// one of too many units.
[[nodiscard]] TimeWindow plan_window(const WindowRequest& request, UnixSeconds now);

/// How far a job is. Both are nothing before its first run.
struct JobProgress {
  std::optional<UnixSeconds> watermark;  ///< every collector has everything up to here
  std::optional<UnixSeconds> newest;     ///< some collector has everything up to here
};

/// Throws Error(Configuration) where the job is said to be further than now.
void require_not_ahead(const JobProgress& progress, UnixSeconds now);

/// The window with which a job goes on at `now`: from its watermark, or 24 hours back in its first
/// run, to `settle` ago; with a resolution, to the end of the last whole unit before that, since a
/// unit that is sent in two parts would be two. Empty where there is nothing to do yet. Throws
/// what require_not_ahead() throws, and Error(Usage) for too many units.
[[nodiscard]] TimeWindow plan_next_window(const WindowRequest& request, const JobProgress& progress,
                                          UnixSeconds now);

/// What the user should know of a job that is so far behind that the platform may have forgotten
/// what comes next. Empty where there is nothing to say.
[[nodiscard]] std::string lag_warning(const JobProgress& progress, UnixSeconds now);

/// What the user should know of a window that can be read, but maybe not whole: its end is not
/// `settle` ago yet. Empty where there is nothing to say.
[[nodiscard]] std::string window_warning(const WindowRequest& request, const TimeWindow& window,
                                         UnixSeconds now);

}  // namespace vrni2syslog
