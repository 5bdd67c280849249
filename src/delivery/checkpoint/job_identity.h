#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// What identifies a job from run to run: where its flows come from, which flows they are, and
/// which collectors get them. Everything else (resolution, format, fields, counters, time-outs, the
/// account) may change without making it another job.
struct JobIdentity {
  std::string platform;  ///< its API's address, in one_spelling()
  std::string filter;    ///< empty for every flow
  /// In one_spelling() and the user's order, for messages; all different.
  std::vector<std::string> collectors;

  bool operator==(const JobIdentity&) const = default;
};

/// Addresses with commas between them, as in "tls://Host.:6514,file:///x", in the one spelling of
/// all that mean the same: host names in lower case and without the dot at the end, IPv6 addresses
/// as RFC 5952 writes them, https without its port 443. Leaves alone what it does not understand.
[[nodiscard]] std::string one_spelling(std::string_view addresses);

/// The identity of a job, in whatever spelling its addresses are given.
[[nodiscard]] JobIdentity make_job_identity(std::string_view platform, std::string filter,
                                            const std::vector<std::string>& collectors);

/// The names, made distinct by adding "#2", "#3" and so on to repeated ones: the same collector may
/// be given twice.
[[nodiscard]] std::vector<std::string> distinct_names(std::vector<std::string> names);

/// The name of a job without --job: 16 hexadecimal digits of a digest over its identity, the same
/// for every order of the collectors.
[[nodiscard]] std::string default_job_name(const JobIdentity& identity);
/// Whether default_job_name() could have made the name.
[[nodiscard]] bool is_default_job_name(std::string_view name);

/// Reads --job: 1 to 64 letters, digits, ".", "_" and "-", the first a letter or a digit, so that
/// it can be the name of a file. Throws Error(Usage).
[[nodiscard]] std::string parse_job_name(std::string_view text);

}  // namespace vrni2syslog
