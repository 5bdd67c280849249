#pragma once

#include "app/options/option_values.h"
#include "transport/collector_sink.h"

#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// The collectors that --collector and --vrli-server name, in this order. Adds to `warnings` what a
/// user of the script must know. Throws Error(Usage), Error(Configuration).
[[nodiscard]] std::vector<CollectorAddress> make_collectors(const OptionValues& values,
                                                            std::vector<std::string>& warnings);

[[nodiscard]] CollectorOptions make_collector_options(const OptionValues& values);

/// --confirm; nothing for `auto`.
[[nodiscard]] std::optional<Verdict> make_required_verdict(const OptionValues& values);

}  // namespace vrni2syslog
