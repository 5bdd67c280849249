#pragma once

#include "app/options/option_values.h"
#include "format/line_format.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// How lines are written, as the options say; `platform_host` is the HOSTNAME where they say
/// nothing. Process and run id are left empty. Throws Error(Usage), Error(Configuration).
[[nodiscard]] LineOptions make_line_options(const OptionValues& values,
                                            std::string_view platform_host);

/// The name of a format that can write lines with these options. Throws as above.
[[nodiscard]] std::string make_format_name(const OptionValues& values, const LineOptions& options);

}  // namespace vrni2syslog
