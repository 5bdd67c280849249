#include "app/run/job_status.h"

#include "app/options/version.h"
#include "app/run/certificate_warnings.h"
#include "app/run/run_record.h"
#include "base/error.h"
#include "json/writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace vrni2syslog {
namespace {

/// The states of the Monitoring Plugins' guidelines.
constexpr std::array<std::pair<ExitStatus, std::string_view>, 4> kMonitorStates{
    {{ExitStatus::Ok, "OK"},
     {ExitStatus::MonitorWarning, "WARNING"},
     {ExitStatus::MonitorCritical, "CRITICAL"},
     {ExitStatus::MonitorUnknown, "UNKNOWN"}}};

[[nodiscard]] std::string_view state_name(ExitStatus state) {
  return std::ranges::find(kMonitorStates, state, &std::pair<ExitStatus, std::string_view>::first)
      ->second;
}

[[nodiscard]] std::int64_t age_of(const JobStatus& job, UnixSeconds now) {
  return (now - watermark_of(job.checkpoint)).count();
}

[[nodiscard]] ExitStatus state_by_age(std::int64_t age, const AgeLimits& limits) {
  if (age >= limits.critical.count()) return ExitStatus::MonitorCritical;
  if (age >= limits.warning.count()) return ExitStatus::MonitorWarning;
  return ExitStatus::Ok;
}

/// What is wrong with a job besides the age of its watermark, in words that follow its name.
[[nodiscard]] std::vector<std::string> troubles_of(const JobStatus& job, UnixSeconds now) {
  std::vector<std::string> troubles;
  const std::uint64_t exit_code = job.history.exit_code.value_or(0);
  if (exit_code != 0)
    troubles.push_back(fmt::format("last run ended with exit code {}", exit_code));
  const std::size_t owed = owed_windows(job.checkpoint).size();
  if (owed > 0) troubles.push_back(fmt::format("{} window{} owed", owed, owed == 1 ? "" : "s"));
  for (const std::string& warning : certificate_warnings(job.history.certificates, now))
    troubles.push_back(warning);
  return troubles;
}

[[nodiscard]] ExitStatus state_of(const JobStatus& job, const AgeLimits& limits, UnixSeconds now) {
  const ExitStatus by_age = state_by_age(age_of(job, now), limits);
  if (by_age != ExitStatus::Ok || troubles_of(job, now).empty()) return by_age;
  return ExitStatus::MonitorWarning;
}

[[nodiscard]] std::string sentence_of(const JobStatus& job, UnixSeconds now) {
  std::string sentence = fmt::format("{} confirmed until {}", job.checkpoint.job,
                                     to_rfc3339(watermark_of(job.checkpoint)));
  for (const std::string& trouble : troubles_of(job, now)) sentence += ", " + trouble;
  return sentence;
}

/// "label=value[unit];warning;critical;minimum". Several jobs have labels of their own.
[[nodiscard]] std::string performance_of(const JobStatus& job, const std::string& prefix,
                                         const AgeLimits& limits, UnixSeconds now) {
  std::string text = fmt::format("{}age={}s;{};{};0 {}owed={};;;0", prefix, age_of(job, now),
                                 limits.warning.count(), limits.critical.count(), prefix,
                                 owed_windows(job.checkpoint).size());
  const auto flows = job.history.figures.find("received");
  if (flows != job.history.figures.end() && flows->second.last)
    text += fmt::format(" {}flows={};;;0", prefix, *flows->second.last);
  return text;
}

/// One line, in which a bar means what it means to a monitor.
[[nodiscard]] std::string nagios_line(ExitStatus state, std::string_view text) {
  std::string line = fmt::format("VRNI2SYSLOG {} - {}", state_name(state), printable(text, 4000));
  std::ranges::replace(line, '|', '/');
  return line;
}

[[nodiscard]] std::optional<std::uint64_t> seconds_of(std::optional<UnixSeconds> time) {
  if (!time) return std::nullopt;
  return static_cast<std::uint64_t>(time->time_since_epoch().count());
}

void append_collector_status(std::string& json, const CollectorCheckpoint& collector) {
  JsonObjectWriter object(json);
  object.text("collector", collector.name);
  object.number_or_null("watermark_timestamp_seconds", seconds_of(collector.watermark));
  object.number_or_null("confirmed_timestamp_seconds", seconds_of(collector.confirmed_at));
  object.text("verdict", collector.verdict ? name_of(*collector.verdict) : "");
  object.key("owed_windows");
  append_json_list(json, collector.owed, [&json](const TimeWindow& window) {
    append_json_string(json, to_text(window));
  });
  object.text("last_manifest", collector.chain.last);
  object.text("manifest_key", collector.chain.key);
  object.end();
}

void append_last_run(JsonObjectWriter& object, std::string& json, const JobHistory& history) {
  object.number_or_null("last_run_start_timestamp_seconds", seconds_of(history.started));
  object.number_or_null("last_run_end_timestamp_seconds", seconds_of(history.ended));
  object.number_or_null("last_run_exit_code", history.exit_code);
  object.number_or_null("last_success_timestamp_seconds", seconds_of(history.succeeded));
  for (const RunTotal& total : remembered_figures()) {
    const auto known = history.figures.find(std::string(total.name));
    if (known == history.figures.end()) continue;
    object.number_or_null(fmt::format("last_run_{}", total.metric), known->second.last);
    object.number(fmt::format("{}_total", total.metric), known->second.sum);
  }
  object.key("runs_total");
  JsonObjectWriter runs(json);
  for (const auto& [exit_code, count] : history.runs) runs.number(std::to_string(exit_code), count);
  runs.end();
  object.key("certificate_expiry_timestamp_seconds");
  JsonObjectWriter certificates(json);
  for (const auto& [peer, expiry] : history.certificates)
    certificates.number(peer, expiry.time_since_epoch().count());
  certificates.end();
}

void append_status(std::string& json, const JobStatus& job, const AgeLimits& limits,
                   UnixSeconds now) {
  JsonObjectWriter object(json);
  object.text("job_name", job.checkpoint.job);
  object.text("state", state_name(state_of(job, limits, now)));
  object.text("platform", job.checkpoint.platform);
  object.text("filter", job.checkpoint.filter);
  object.number_or_null("watermark_timestamp_seconds", seconds_of(watermark_of(job.checkpoint)));
  object.number("age_seconds", age_of(job, now));
  object.number("warning_age_seconds", limits.warning.count());
  object.number("critical_age_seconds", limits.critical.count());
  object.key("collectors");
  append_json_list(json, job.checkpoint.collectors, [&json](const CollectorCheckpoint& collector) {
    append_collector_status(json, collector);
  });
  append_last_run(object, json, job.history);
  object.end();
}

}  // namespace

std::pair<std::string, ExitStatus> nagios_status(const std::vector<JobStatus>& jobs,
                                                 const AgeLimits& limits, UnixSeconds now) {
  ExitStatus worst = ExitStatus::Ok;
  std::vector<std::string> sentences;
  std::vector<std::string> performance;
  for (const JobStatus& job : jobs) {
    worst = std::max(worst, state_of(job, limits, now));
    sentences.push_back(sentence_of(job, now));
    const std::string prefix = jobs.size() == 1 ? "" : job.checkpoint.job + "_";
    performance.push_back(performance_of(job, prefix, limits, now));
  }
  return {
      fmt::format("{} | {}\n", nagios_line(worst, fmt::format("{}", fmt::join(sentences, "; "))),
                  fmt::join(performance, " ")),
      worst};
}

std::pair<std::string, ExitStatus> nagios_unknown(std::string_view reason) {
  return {nagios_line(ExitStatus::MonitorUnknown, reason) + "\n", ExitStatus::MonitorUnknown};
}

std::string json_status(const std::vector<JobStatus>& jobs, const AgeLimits& limits,
                        UnixSeconds now) {
  std::string json;
  JsonObjectWriter object(json);
  object.text("program", fmt::format("vrni2syslog {}", kVersion));
  object.number("timestamp_seconds", now.time_since_epoch().count());
  object.key("jobs");
  append_json_list(json, jobs,
                   [&](const JobStatus& job) { append_status(json, job, limits, now); });
  object.end();
  json += '\n';
  return json;
}

}  // namespace vrni2syslog
