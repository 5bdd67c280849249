#pragma once

#include "app/options/option_values.h"
#include "app/settings/system_facts.h"
#include "delivery/delivery_job.h"
#include "delivery/sent/repeat_after_filter.h"
#include "transport/contract/endpoint.h"
#include "vrni/versions/flow_versions.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// How far the watermark of a job may lie back before monitors warn, and before they alarm.
struct AgeLimits {
  std::chrono::seconds warning{0};
  std::chrono::seconds critical{0};  ///< as long, or longer
};

/// The directory of --state-dir, otherwise the system's. Throws Error(Usage) if neither is known.
[[nodiscard]] std::filesystem::path find_state_directory(const OptionValues& values,
                                                         const SystemFacts& facts);

/// Reads --repeat-after and --mark-new, for a run that is no dry run; nullopt without them. `scope`
/// as SentFlowSettings has it. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] std::optional<SentFlowSettings> make_sent_flow_settings(const OptionValues& values,
                                                                      const SystemFacts& facts,
                                                                      const std::string& scope);

/// Reads --keep-versions, --keep-versions-size and --refresh-names; the path is as Settings has it.
/// Throws Error(Usage) or Error(Configuration).
[[nodiscard]] FlowVersionSettings make_version_settings(const OptionValues& values,
                                                        const SystemFacts& facts);

/// Reads --recount: a time, or nullopt for "off". Throws Error(Usage).
[[nodiscard]] std::optional<std::chrono::seconds> parse_recount(std::string_view text);

/// Reads --warning-age and --critical-age. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] AgeLimits make_age_limits(const OptionValues& values);

/// The identity of the job that sends what `filter` finds on the platform to these collectors.
/// `platform` is the address of its API.
[[nodiscard]] JobIdentity make_job_identity(const std::string& platform, const std::string& filter,
                                            const std::vector<CollectorAddress>& collectors);

/// Throws what make_job_settings() would throw for the values of --job and --lock-wait, for a run
/// that does not continue a job.
void require_valid_job_options(const OptionValues& values);

/// Reads --job (by default the name follows from `identity`), --state-dir and --lock-wait. Throws
/// Error(Usage) or Error(Configuration).
[[nodiscard]] JobSettings make_job_settings(const OptionValues& values, const SystemFacts& facts,
                                            const JobIdentity& identity);

}  // namespace vrni2syslog
