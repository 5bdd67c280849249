#pragma once

#include "app/options/option_values.h"

#include <string>

namespace vrni2syslog {

/// The text of --print-config: every option with the value in effect, grouped by source, in the
/// syntax of the configuration file. Hides secrets.
[[nodiscard]] std::string print_config(const OptionValues& values);

}  // namespace vrni2syslog
