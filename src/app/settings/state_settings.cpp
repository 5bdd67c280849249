#include "app/settings/state_settings.h"

#include "app/options/value_parsers.h"
#include "base/duration.h"
#include "base/error.h"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::size_t parse_versions_size(std::string_view text) {
  constexpr std::size_t kLeast = std::size_t{1024} * 1024;
  const std::size_t size = parse_size(text);
  if (size >= kLeast) return size;
  throw Error(
      Fault::Usage,
      fmt::format("'{}' has no room for the versions of a window; at least 1M", printable(text)));
}

}  // namespace

std::filesystem::path find_state_directory(const OptionValues& values, const SystemFacts& facts) {
  if (values.is_given(Option::StateDir)) {
    std::error_code error;
    std::filesystem::path path = std::filesystem::absolute(values.text(Option::StateDir), error);
    if (!error) return path;
    throw values.error(
        Option::StateDir,
        fmt::format("the directory that the run was started in is not there any more "
                    "({}); give an absolute path",
                    error.message()));
  }
  if (!facts.state_directory.empty()) return facts.state_directory;
  throw Error(Fault::Usage,
              "no directory to remember in what was sent: give --state-dir DIR (HOME is not set)");
}

std::optional<SentFlowSettings> make_sent_flow_settings(const OptionValues& values,
                                                        const SystemFacts& facts,
                                                        const std::string& scope) {
  const bool leaves_out = values.is_given(Option::RepeatAfter);
  if (!leaves_out && !values.is_set(Option::MarkNew)) return std::nullopt;
  SentFlowSettings settings;
  if (leaves_out) settings.repeat_after = values.parse(Option::RepeatAfter, parse_time_limit);
  settings.state_directory = find_state_directory(values, facts);
  settings.scope = scope;
  return settings;
}

FlowVersionSettings make_version_settings(const OptionValues& values, const SystemFacts& facts) {
  FlowVersionSettings settings;
  settings.refresh_names = values.parse(Option::RefreshNames, parse_time_limit);
  settings.max_bytes = values.parse(Option::KeepVersionsSize, parse_versions_size);
  if (!values.is_given(Option::KeepVersions)) return settings;
  settings.keep = values.parse(Option::KeepVersions, parse_time_limit);
  settings.path = find_state_directory(values, facts);
  return settings;
}

std::optional<std::chrono::seconds> parse_recount(std::string_view text) {
  if (text == "off") return std::nullopt;
  try {
    return parse_time_limit(text);
  } catch (const Error& error) {
    throw Error(error.fault(), error.what() + std::string("; or write off"));
  }
}

AgeLimits make_age_limits(const OptionValues& values) {
  const AgeLimits limits{.warning = values.parse(Option::WarningAge, parse_time_limit),
                         .critical = values.parse(Option::CriticalAge, parse_time_limit)};
  if (limits.warning <= limits.critical) return limits;
  throw values.error({Option::WarningAge, Option::CriticalAge},
                     "the warning has to come before the alarm, or with it");
}

JobIdentity make_job_identity(const std::string& platform, const std::string& filter,
                              const std::vector<CollectorAddress>& collectors) {
  std::vector<std::string> names;
  names.reserve(collectors.size());
  for (const CollectorAddress& address : collectors) names.push_back(list_names(address));
  return make_job_identity(platform, filter, names);
}

void require_valid_job_options(const OptionValues& values) {
  if (values.is_given(Option::Job)) static_cast<void>(values.parse(Option::Job, parse_job_name));
  static_cast<void>(values.parse(Option::LockWait, parse_duration));
}

JobSettings make_job_settings(const OptionValues& values, const SystemFacts& facts,
                              const JobIdentity& identity) {
  JobSettings settings;
  settings.identity = identity;
  settings.name = values.is_given(Option::Job) ? values.parse(Option::Job, parse_job_name)
                                               : default_job_name(identity);
  settings.state_directory = find_state_directory(values, facts);
  settings.lock_wait = values.parse(Option::LockWait, parse_duration);
  return settings;
}

}  // namespace vrni2syslog
