#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format cef: ArcSight's Common Event Format, version 0 (OpenText, "CEF Implementation
/// Standard", version 27), behind a header of RFC 3164 as that standard has it.
///
/// The fields that the standard has keys for come first, each under that key; those that it has
/// none for, or whose value it does not allow, follow under keys of ours: `vrni2syslogFlowSrcHost`.
/// MSG is cut to the 1023 bytes that the standard allows.
[[nodiscard]] std::unique_ptr<LineLayout> make_cef_layout(const LineOptions& options);

}  // namespace vrni2syslog
