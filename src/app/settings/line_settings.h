#pragma once

#include "app/options/option_values.h"
#include "format/line_format.h"
#include "transport/collector_address.h"

#include <string_view>

namespace vrni2syslog {

/// Reads the options of lines. `platform_host` is the HOSTNAME if the options name none. Leaves
/// process and run id empty. Throws Error(Usage) or Error(Configuration).
[[nodiscard]] LineOptions make_line_options(const OptionValues& values,
                                            std::string_view platform_host);

/// The options of the lines for a collector, which may bound their length further.
[[nodiscard]] LineOptions line_options_for(const CollectorAddress& address, LineOptions options);

/// Throws Error(Usage) if lines of a format cannot be written with these options: --max-size leaves
/// no room for the essential fields.
void require_room_for_lines(const OptionValues& values, const LineOptions& options,
                            std::string_view format);

}  // namespace vrni2syslog
