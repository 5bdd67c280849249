#include "app/run/run_record.h"

#include "app/run/certificate_warnings.h"
#include "app/run/prometheus_text.h"
#include "base/error.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "delivery/checkpoint/checkpoint_file.h"
#include "delivery/checkpoint/state_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace vrni2syslog {
namespace {

using Units = std::optional<std::uint64_t>;

constexpr std::array kUnitFigures{
    RunTotal{.name = "units",
             .metric = "units",
             .measured_in = "units",
             .help = "Units that were to be read and sent",
             .summary = "",
             .value = [](const RunStatistics& run) { return Units(run.units_total); }},
    RunTotal{.name = "units_done",
             .metric = "units_done",
             .measured_in = "units",
             .help = "Units that every collector has confirmed",
             .summary = "",
             .value = [](const RunStatistics& run) { return Units(run.units_done); }},
};

[[nodiscard]] JobHistory load_or_begin_history(const JobSettings& job, Log& log) {
  try {
    return load_history(job.state_directory, job.name);
  } catch (const Error& error) {
    if (error.fault() == Fault::Configuration) throw;
    log.warning(LogEvent::HistoryLost,
                fmt::format("{}; what runs of the job have come to is counted anew", error.what()));
    JobHistory history;
    history.job = job.name;
    return history;
  }
}

[[nodiscard]] UnixSeconds end_of(const RunReport& report) {
  return std::chrono::floor<std::chrono::seconds>(report.ended);
}

/// Adds what the run has seen of certificates. A good run has seen those of all peers, unless it
/// had nothing to do.
void add_certificates(JobHistory& history, const RunReport& report) {
  if (report.certificates.empty()) return;
  if (report.failure.status == ExitStatus::Ok) history.certificates.clear();
  for (const auto& [peer, expiry] : report.certificates) history.certificates[peer] = expiry;
}

}  // namespace

std::vector<RunTotal> remembered_figures() {
  std::vector<RunTotal> figures(kUnitFigures.begin(), kUnitFigures.end());
  figures.insert(figures.end(), run_totals().begin(), run_totals().end());
  return figures;
}

void log_certificate_warnings(Log& log, const RunReport& report) {
  for (const std::string& advice : certificate_advice(report.certificates, end_of(report)))
    log.warning(LogEvent::CertificateExpiring, advice);
}

void add_run(JobHistory& history, const RunReport& report) {
  const auto duration = std::max(report.ended - report.started, WallTime::duration(0));
  history.ended = end_of(report);
  history.duration_milliseconds = static_cast<std::uint64_t>(duration.count());
  history.exit_code = static_cast<std::uint64_t>(report.failure.status);
  if (report.failure.status == ExitStatus::Ok) history.succeeded = history.ended;
  ++history.runs[*history.exit_code];
  for (const RunTotal& total : remembered_figures()) {
    JobHistory::Figure& figure = history.figures[std::string(total.name)];
    figure.last = total.value(report.statistics);
    figure.sum += figure.last.value_or(0);
  }
  add_certificates(history, report);
}

RunRecord::RunRecord(const Settings& settings, Log& log)
    : state_directory_(settings.job.value().state_directory),
      prometheus_file_(settings.prometheus_file),
      age_limits_(settings.age_limits),
      log_(log),
      history_(load_or_begin_history(*settings.job, log)) {}

void RunRecord::begin(const std::optional<Checkpoint>& checkpoint, UnixSeconds now) {
  history_.started = now;
  save();
  write_metrics(checkpoint);
}

void RunRecord::end(const std::optional<Checkpoint>& checkpoint, const RunReport& report) {
  warn_of_certificates(report);
  add_run(history_, report);
  try {
    save();
  } catch (const Error& error) {
    if (report.failure.status == ExitStatus::Ok) throw;
    log_.info(LogEvent::ReportNotWritten, error.what());
  }
  write_metrics(checkpoint);
}

/// Once a day: cron sends each warning to somebody.
void RunRecord::warn_of_certificates(const RunReport& report) const {
  const auto today = std::chrono::floor<std::chrono::days>(report.ended);
  if (history_.ended && *history_.ended >= today) return;
  log_certificate_warnings(log_, report);
}

void RunRecord::save() const {
  save_history(state_directory_, history_);
}

void RunRecord::write_metrics(const std::optional<Checkpoint>& checkpoint) const {
  if (prometheus_file_.empty()) return;
  try {
    publish_file_atomically(prometheus_file_, prometheus_text(history_, checkpoint, age_limits_));
  } catch (const Error& error) {
    throw error.within("--prometheus-file");
  }
}

void record_unopened(const RunReport& report, const Settings& settings, Log& log) {
  std::optional<Checkpoint> checkpoint;
  try {
    checkpoint = CheckpointFile(settings.job->state_directory, settings.job->name).load();
  } catch (const Error& error) {
    // The run's own failure says it, too.
    log.debug(LogEvent::ReportNotWritten, error.what());
  }
  try {
    require_not_in_the_way(settings.job->state_directory);
    RunRecord(settings, log).end(checkpoint, report);
  } catch (const Error& error) {
    log.info(LogEvent::ReportNotWritten, error.what());
  }
}

}  // namespace vrni2syslog
