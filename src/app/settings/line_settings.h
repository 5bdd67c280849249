#pragma once

#include "app/options/option_values.h"
#include "format/line_format.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// Reads the options of lines. `platform_host` is the HOSTNAME if the options name none. Leaves
/// process and run id empty. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] LineOptions make_line_options(const OptionValues& values,
                                            std::string_view platform_host);

/// The name of a format that can write lines with these options. Throws as above.
[[nodiscard]] std::string make_format_name(const OptionValues& values, const LineOptions& options);

}  // namespace vrni2syslog
