#include "delivery/checkpoint/job_history.h"

#include "base/error.h"
#include "base/file.h"
#include "delivery/checkpoint/state_directory.h"
#include "delivery/checkpoint/state_text.h"

#include <fmt/format.h>

#include <system_error>

namespace vrni2syslog {
namespace {

constexpr std::string_view kHistoryMagic = "vrni2syslog history ";
/// A history is some kilobytes.
constexpr std::size_t kMaxHistoryBytes = 1024U * 1024;

[[nodiscard]] std::filesystem::path history_path(const std::filesystem::path& state_directory,
                                                 const std::string& job) {
  return state_directory / (job + ".history");
}

[[nodiscard]] std::string number_text(std::optional<std::uint64_t> number) {
  return number ? std::to_string(*number) : std::string();
}

[[nodiscard]] std::string time_text(std::optional<UnixSeconds> time) {
  return time ? to_rfc3339(*time) : std::string();
}

}  // namespace

std::string format_history(const JobHistory& history) {
  std::string text = fmt::format("{}{}\n", kHistoryMagic, kHistoryVersion);
  append_state_line(text, "job", history.job);
  append_state_line(text, "started", time_text(history.started));
  append_state_line(text, "ended", time_text(history.ended));
  append_state_line(text, "milliseconds", number_text(history.duration_milliseconds));
  append_state_line(text, "exit code", number_text(history.exit_code));
  append_state_line(text, "succeeded", time_text(history.succeeded));
  for (const auto& [name, figure] : history.figures) {
    append_state_line(text, "figure", name);
    append_state_line(text, "  last", number_text(figure.last));
    append_state_line(text, "  sum", std::to_string(figure.sum));
  }
  for (const auto& [exit_code, runs] : history.runs) {
    append_state_line(text, "ended with", std::to_string(exit_code));
    append_state_line(text, "  runs", std::to_string(runs));
  }
  for (const auto& [peer, expiry] : history.certificates) {
    append_state_line(text, "certificate", peer);
    append_state_line(text, "  expires", to_rfc3339(expiry));
  }
  append_state_digest(text);
  return text;
}

JobHistory parse_history(std::string_view text) {
  require_state_version(text, kHistoryMagic, 1, kHistoryVersion);
  StateLines lines(text);
  JobHistory history;
  history.job = lines.value_of("job");
  history.started = lines.optional_time_of("started");
  history.ended = lines.optional_time_of("ended");
  history.duration_milliseconds = lines.optional_number_of("milliseconds");
  history.exit_code = lines.optional_number_of("exit code");
  history.succeeded = lines.optional_time_of("succeeded");
  while (lines.is_before("figure")) {
    JobHistory::Figure& figure = history.figures[lines.value_of("figure")];
    figure.last = lines.optional_number_of("  last");
    figure.sum = lines.number_of("  sum");
  }
  while (lines.is_before("ended with")) {
    std::uint64_t& runs = history.runs[lines.number_of("ended with")];
    runs = lines.number_of("  runs");
  }
  while (lines.is_before("certificate")) {
    UnixSeconds& expiry = history.certificates[lines.value_of("certificate")];
    expiry = lines.time_of("  expires");
  }
  if (format_history(history) != text) throw_damaged_state("it contradicts itself");
  return history;
}

JobHistory load_history(const std::filesystem::path& state_directory, const std::string& job) {
  const std::filesystem::path path = history_path(state_directory, job);
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) {
    JobHistory history;
    history.job = job;
    return history;
  }
  const std::string text =
      read_file(path, kMaxHistoryBytes, Fault::CannotWrite, FileTrust::OwnUnlessRoot);
  try {
    JobHistory history = parse_history(text);
    if (history.job == job) return history;
    throw_damaged_state(fmt::format("it is that of job {}", printable(history.job)));
  } catch (const Error& fault) {
    throw Error(fault.fault(), fmt::format("{} {}", path.string(), fault.what()));
  }
}

void save_history(const std::filesystem::path& state_directory, const JobHistory& history) {
  write_file_atomically(history_path(state_directory, history.job), format_history(history));
}

void remove_history(const std::filesystem::path& state_directory, const std::string& job) {
  remove_state_file(history_path(state_directory, job));
}

}  // namespace vrni2syslog
