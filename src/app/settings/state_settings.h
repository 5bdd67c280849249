#pragma once

#include "app/options/environment.h"
#include "app/options/option_values.h"
#include "delivery/delivery_job.h"
#include "delivery/sent/sent_flow_store_filter.h"
#include "transport/contract/endpoint.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// --state-dir, or the default: /var/lib/vrni2syslog for root, for others the directory of the XDG
/// specification, $XDG_STATE_HOME/vrni2syslog or ~/.local/state/vrni2syslog. Throws Error(Usage)
/// where there is none of these.
[[nodiscard]] std::filesystem::path find_state_directory(const OptionValues& values,
                                                         const Environment& environment,
                                                         bool is_root);

/// --repeat-after; nothing where it is not given. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] std::optional<SentFlowSettings> make_sent_flow_settings(
    const OptionValues& values, const Environment& environment, bool is_dry_run);

/// What makes the job of these options. `platform` is the address of its API.
[[nodiscard]] JobIdentity make_job_identity(const std::string& platform, const std::string& filter,
                                            const std::vector<CollectorAddress>& collectors);

/// Throws what make_job_settings() would, for a run that has no job to go on with.
void check_job_options(const OptionValues& values);

/// --job or the name that `identity` has, --state-dir and --lock-wait. Throws Error(Usage) or
/// Error(Configuration).
[[nodiscard]] JobSettings make_job_settings(const OptionValues& values,
                                            const Environment& environment,
                                            const JobIdentity& identity);

}  // namespace vrni2syslog
