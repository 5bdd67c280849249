#include "app/run/state_command.h"

#include "app/options/value_parsers.h"
#include "app/run/job_report.h"
#include "app/run/job_status.h"
#include "app/settings/state_settings.h"
#include "app/settings/window_plan.h"
#include "base/error.h"
#include "delivery/checkpoint/checkpoint_file.h"
#include "delivery/checkpoint/job_history.h"
#include "delivery/checkpoint/job_lock.h"
#include "delivery/checkpoint/state_directory.h"
#include "delivery/recent/recent_windows.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace vrni2syslog {
namespace {

/// The job of --job, otherwise that of the other options, which must then be given.
[[nodiscard]] JobSettings find_job(const OptionValues& values, const SystemFacts& facts) {
  return values.is_given(Option::Job) ? make_job_settings(values, facts, {})
                                      : with_stored_name(make_job(values, facts));
}

[[nodiscard]] Error no_such_job(const JobSettings& job) {
  return Error(Fault::Usage,
               fmt::format("there is no job {} in {}; --status lists those that there are",
                           job.name, job.state_directory.string()));
}

constexpr std::string_view kNagios = "nagios";

enum class StatusFormat : std::uint8_t { Text, Json, Nagios };

/// Whether --format stands on the command line. Elsewhere it is that of lines.
[[nodiscard]] bool has_status_format(const OptionValues& values) {
  return values.is_given(Option::Format) &&
         values.of(Option::Format).back().source == OptionSource::CommandLine;
}

[[nodiscard]] StatusFormat status_format(const OptionValues& values) {
  constexpr std::array<std::pair<std::string_view, StatusFormat>, 3> kFormats{
      {{"text", StatusFormat::Text},
       {"json", StatusFormat::Json},
       {kNagios, StatusFormat::Nagios}}};
  if (!has_status_format(values)) return StatusFormat::Text;
  return values.parse(Option::Format,
                      [&](std::string_view text) { return parse_keyword(text, kFormats); });
}

/// The states of the job of --job, or of all jobs.
[[nodiscard]] std::vector<Checkpoint> load_states(JobSettings job, const OptionValues& values) {
  const std::vector<std::string> names =
      values.is_given(Option::Job) ? std::vector{job.name} : jobs_in(job.state_directory);
  std::vector<Checkpoint> states;
  for (const std::string& name : names) {
    job.name = name;
    std::optional<Checkpoint> checkpoint = CheckpointFile(job.state_directory, name).load();
    if (!checkpoint) throw no_such_job(job);
    states.push_back(*std::move(checkpoint));
  }
  return states;
}

[[nodiscard]] std::vector<JobStatus> load_statuses(const JobSettings& job,
                                                   const OptionValues& values) {
  std::vector<JobStatus> statuses;
  for (Checkpoint& checkpoint : load_states(job, values)) {
    JobHistory history = load_history(job.state_directory, checkpoint.job);
    statuses.push_back({std::move(checkpoint), std::move(history)});
  }
  return statuses;
}

[[nodiscard]] std::string no_job_text(const JobSettings& job) {
  return fmt::format("no job has run yet with --state-dir {}", job.state_directory.string());
}

[[nodiscard]] std::string status_text(const JobSettings& job, const OptionValues& values,
                                      UnixSeconds now) {
  std::string text;
  for (const Checkpoint& checkpoint : load_states(job, values))
    text += describe_job(checkpoint, now);
  return text.empty() ? no_job_text(job) + "\n" : text;
}

[[nodiscard]] std::pair<std::string, ExitStatus> show_status(const OptionValues& values,
                                                             const SystemFacts& facts,
                                                             UnixSeconds now) {
  const StatusFormat format = status_format(values);
  const JobSettings job = make_job_settings(values, facts, {});
  if (format == StatusFormat::Text) return {status_text(job, values, now), ExitStatus::Ok};
  const AgeLimits limits = make_age_limits(values);
  const std::vector<JobStatus> jobs = load_statuses(job, values);
  if (format == StatusFormat::Json) return {json_status(jobs, limits, now), ExitStatus::Ok};
  return jobs.empty() ? nagios_unknown(no_job_text(job)) : nagios_status(jobs, limits, now);
}

[[nodiscard]] std::string forget(const JobSettings& job, Clock& clock,
                                 const std::stop_token& stop) {
  prepare_state_directory(job.state_directory);
  JobLock lock(job.state_directory, job.name, job.lock_wait, clock, stop);
  RecentWindows::remove(job.state_directory, job.name);
  remove_history(job.state_directory, job.name);
  const bool was_there = CheckpointFile(job.state_directory, job.name).remove();
  if (!was_there && !lock.has_had_state()) throw no_such_job(job);
  lock.remember_forgotten();
  return fmt::format("job {} is forgotten: its next run is its first\n", job.name);
}

/// The state to change: the one that exists, or a new one if the options say what the job is.
[[nodiscard]] Checkpoint state_to_change(const JobSettings& job, const OptionValues& values,
                                         const SystemFacts& facts, UnixSeconds time) {
  const std::optional<Checkpoint> checkpoint = CheckpointFile(job.state_directory, job.name).load();
  if (checkpoint) return *checkpoint;
  if (!values.is_given(Option::PlatformIp)) throw no_such_job(job);
  return first_checkpoint(job.name, make_job(values, facts).identity, time);
}

/// What a collector is owed and does not get anyway, because it starts again behind it.
[[nodiscard]] std::vector<TimeWindow> owed_before(const CollectorCheckpoint& collector,
                                                  UnixSeconds time) {
  std::vector<TimeWindow> owed = collector.owed;
  std::erase_if(owed, [&](const TimeWindow& window) { return window.start >= time; });
  return owed;
}

[[nodiscard]] std::string set_watermark(const JobSettings& job, const OptionValues& values,
                                        const SystemFacts& facts, Clock& clock,
                                        const std::stop_token& stop) {
  const TimeZone zone = values.parse(Option::TimeZone, TimeZone::locate);
  const UnixSeconds time = values.parse(Option::SetWatermark, [&](std::string_view text) {
    return parse_end(text, zone, clock.now_seconds());
  });
  prepare_state_directory(job.state_directory);
  JobLock lock(job.state_directory, job.name, job.lock_wait, clock, stop);
  Checkpoint checkpoint = state_to_change(job, values, facts, time);
  // A watermark that is set by hand is no confirmation.
  for (CollectorCheckpoint& collector : checkpoint.collectors)
    collector = {
        collector.name, time, std::nullopt, std::nullopt, owed_before(collector, time), {}};
  begin_chains(checkpoint, kSetWatermarkGenesis);
  checkpoint.saved_at = clock.now_seconds();
  CheckpointFile(job.state_directory, job.name).save(checkpoint);
  lock.remember_state();
  return fmt::format("the next run of job {} starts at {}\n", job.name, to_rfc3339(time));
}

[[nodiscard]] std::string give_up(const JobSettings& job, const OptionValues& values, Clock& clock,
                                  const std::stop_token& stop) {
  const TimeZone zone = values.parse(Option::TimeZone, TimeZone::locate);
  const TimeWindow period =
      values.parse(Option::GiveUp, [&](std::string_view text) { return parse_window(text, zone); });
  prepare_state_directory(job.state_directory);
  const JobLock lock(job.state_directory, job.name, job.lock_wait, clock, stop);
  CheckpointFile file(job.state_directory, job.name);
  std::optional<Checkpoint> checkpoint = file.load();
  if (!checkpoint) throw no_such_job(job);
  const std::vector<TimeWindow> given_up = give_up_owed(*checkpoint, period);
  if (given_up.empty()) {
    throw Error(Fault::Usage,
                fmt::format("job {} is owed no window within {}; --status lists those "
                            "that there are",
                            job.name, to_text(period)));
  }
  checkpoint->saved_at = clock.now_seconds();
  file.save(*checkpoint);
  std::string text;
  for (const TimeWindow& window : given_up)
    text += fmt::format("job {} no longer waits for {}\n", job.name, to_text(window));
  return text;
}

}  // namespace

bool is_state_command(RunMode mode) noexcept {
  return mode == RunMode::Status || mode == RunMode::Forget || mode == RunMode::SetWatermark ||
         mode == RunMode::GiveUp;
}

bool is_monitoring_plugin(const OptionValues& values) {
  return values.is_set(Option::Status) && has_status_format(values) &&
         values.text(Option::Format) == kNagios;
}

std::pair<std::string, ExitStatus> run_state_command(RunMode mode, const OptionValues& values,
                                                     const SystemFacts& facts, Clock& clock,
                                                     const std::stop_token& stop) {
  if (mode == RunMode::Status) return show_status(values, facts, clock.now_seconds());
  const JobSettings job = find_job(values, facts);
  if (mode == RunMode::Forget) return {forget(job, clock, stop), ExitStatus::Ok};
  if (mode == RunMode::GiveUp) return {give_up(job, values, clock, stop), ExitStatus::Ok};
  return {set_watermark(job, values, facts, clock, stop), ExitStatus::Ok};
}

}  // namespace vrni2syslog
