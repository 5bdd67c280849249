#pragma once

#include "app/options/option_values.h"
#include "flow/flow_field.h"
#include "flow/time_window.h"
#include "format/line_format.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Reads --metrics: the fields of flow_counters() to ask the platform for, which are those of the
/// named groups that lines show. Empty, with a warning, if lines of this format show no fields.
/// Throws Error(Usage) or Error(Configuration) for a list that names something else or something
/// twice, for a group none of whose fields is written, and for units shorter than the interval in
/// which platforms count.
[[nodiscard]] std::vector<FlowField> make_counters(const OptionValues& values,
                                                   std::string_view format,
                                                   const LineOptions& lines,
                                                   std::chrono::seconds resolution,
                                                   std::vector<std::string>& warnings);

/// Reads --vm-details: the details of VMs that lines show. Empty, with a warning, if lines of this
/// format show no fields, or none of these. A field of --fields that has no value without the
/// option is warned of.
[[nodiscard]] std::vector<FlowField> make_vm_details(const OptionValues& values,
                                                     std::string_view format,
                                                     const LineOptions& lines,
                                                     std::vector<std::string>& warnings);

/// What a user of --metrics should know of a window that is shorter than that interval. Empty if
/// the window is long enough.
///
/// This is only a warning, because the flows of such a job are worth more than its counters.
[[nodiscard]] std::string short_window_warning(const OptionValues& values,
                                               const TimeWindow& window);

}  // namespace vrni2syslog
