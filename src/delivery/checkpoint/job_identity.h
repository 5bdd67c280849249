#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// What identifies a job from run to run: where its flows come from, which flows they are, and
/// which collectors get them. Everything else (resolution, format, fields, counters, time-outs, the
/// account) may change without making it another job.
struct JobIdentity {
  std::string platform;                 ///< its API's address
  std::string filter;                   ///< empty for every flow
  std::vector<std::string> collectors;  ///< as the user lists them, for messages; all different

  bool operator==(const JobIdentity&) const = default;
};

/// The names, made distinct by adding "#2", "#3" and so on to repeated ones: the same collector may
/// be given twice.
[[nodiscard]] std::vector<std::string> distinct_names(std::vector<std::string> names);

/// The name of a job without --job: 16 hexadecimal digits of a digest over its identity, the same
/// for every order of the collectors.
[[nodiscard]] std::string default_job_name(const JobIdentity& identity);

/// Reads --job: 1 to 64 letters, digits, ".", "_" and "-", the first a letter or a digit, so that
/// it can be the name of a file. Throws Error(Usage).
[[nodiscard]] std::string parse_job_name(std::string_view text);

}  // namespace vrni2syslog
