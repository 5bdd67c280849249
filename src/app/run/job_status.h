#pragma once

#include "app/run/exit_status.h"
#include "app/settings/state_settings.h"
#include "delivery/checkpoint/checkpoint.h"
#include "delivery/checkpoint/job_history.h"

#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// What is stored of a job.
struct JobStatus {
  Checkpoint checkpoint;
  JobHistory history;
};

/// The text of --status --format nagios, a line as the Monitoring Plugins' guidelines have it, and
/// the exit status that goes with it:
///
///   VRNI2SYSLOG OK - nightly confirmed until 2026-11-24T10:00:00Z | age=1500s;10800;86400;0 ...
///
/// A job is critical or a warning by the age of its watermark; it is a warning at least if a window
/// is owed, the last run has failed, or a certificate expires soon. Without any job the state is
/// UNKNOWN.
[[nodiscard]] std::pair<std::string, ExitStatus> nagios_status(const std::vector<JobStatus>& jobs,
                                                               const AgeLimits& limits,
                                                               UnixSeconds now);

/// The same for what keeps the jobs from being looked at.
[[nodiscard]] std::pair<std::string, ExitStatus> nagios_unknown(std::string_view reason);

/// The text of --status --format json: an object with a list of jobs, whose members have the names
/// of the metrics (prometheus_text.h). What is not known is null.
[[nodiscard]] std::string json_status(const std::vector<JobStatus>& jobs, const AgeLimits& limits,
                                      UnixSeconds now);

}  // namespace vrni2syslog
