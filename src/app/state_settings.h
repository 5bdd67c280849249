#pragma once

#include "app/environment.h"
#include "app/option_values.h"
#include "delivery/seen_flow_filter.h"

#include <filesystem>
#include <optional>

namespace vrni2syslog {

/// --state-dir, or the default: /var/lib/vrni2syslog for root, for others the directory of the XDG
/// specification, $XDG_STATE_HOME/vrni2syslog or ~/.local/state/vrni2syslog. Throws Error(Usage)
/// where there is none of these.
[[nodiscard]] std::filesystem::path find_state_directory(const OptionValues& values,
                                                         const Environment& environment,
                                                         bool is_root);

/// --repeat-after; nothing where it is not given. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] std::optional<RepeatSettings> make_repeat_settings(const OptionValues& values,
                                                                 const Environment& environment,
                                                                 bool is_dry_run);

}  // namespace vrni2syslog
