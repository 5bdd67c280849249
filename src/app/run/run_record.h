#pragma once

#include "app/run/run_report.h"
#include "app/settings/settings.h"
#include "base/log.h"
#include "delivery/checkpoint/checkpoint.h"
#include "delivery/checkpoint/job_history.h"
#include "pipeline/run_totals.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// The figures that are remembered of each run: run_totals(), and how many units it had and has
/// done.
[[nodiscard]] std::vector<RunTotal> remembered_figures();

/// Warns of the certificates that the run has seen and that expire soon.
void log_certificate_warnings(Log& log, const RunReport& report);

/// Adds the end of a run to the history of its job.
void add_run(JobHistory& history, const RunReport& report);

/// Keeps the history of a job, and --prometheus-file, up to date while a run of it lasts. The job
/// is locked then.
class RunRecord {
 public:
  /// Reads the history of the settings' job. Tells `log`, which must outlive the record, if it
  /// cannot be used and begins anew. Throws Error(Configuration) if it is of a later version of the
  /// program.
  RunRecord(const Settings& settings, Log& log);

  /// Writes down that a run has started: until its end is written down, it goes on or has crashed.
  /// Throws Error(CannotCreate) or Error(CannotWrite).
  void begin(const std::optional<Checkpoint>& checkpoint, UnixSeconds now);
  /// Writes down how it ended. Throws the same, but only tells the log if a run that failed cannot
  /// be added to the history: it has failed for the same reason, or for a worse one.
  void end(const std::optional<Checkpoint>& checkpoint, const RunReport& report);

 private:
  void warn_of_certificates(const RunReport& report) const;
  void save() const;
  void write_metrics(const std::optional<Checkpoint>& checkpoint) const;

  std::filesystem::path state_directory_;
  std::filesystem::path prometheus_file_;  ///< empty if none is wanted
  AgeLimits age_limits_;
  Log& log_;
  JobHistory history_;
};

/// Records the end of a run that could not even open its job, as far as that can be done.
void record_unopened(const RunReport& report, const Settings& settings, Log& log);

}  // namespace vrni2syslog
