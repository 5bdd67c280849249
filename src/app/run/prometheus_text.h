#pragma once

#include "app/settings/state_settings.h"
#include "delivery/checkpoint/checkpoint.h"
#include "delivery/checkpoint/job_history.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// The contents of --prometheus-file: the metrics of a job in Prometheus' text format 0.0.4, as
/// node_exporter's textfile collector reads it. What is not known of the job is left out;
/// `checkpoint` is nullopt before its first run. Holds no secret.
[[nodiscard]] std::string prometheus_text(const JobHistory& history,
                                          const std::optional<Checkpoint>& checkpoint,
                                          const AgeLimits& limits);

}  // namespace vrni2syslog
