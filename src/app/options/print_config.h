#pragma once

#include "app/options/option_values.h"

#include <string>

namespace vrni2syslog {

/// The text of --print-config: every option with the value in effect, under the source that it
/// comes from, as a configuration file would have it. Secrets are hidden.
[[nodiscard]] std::string print_config(const OptionValues& values);

}  // namespace vrni2syslog
