#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format rfc5424: one SD-ELEMENT holds the fields. Throws Error(Usage) for an SD-ID that RFC
/// 5424 does not allow.
[[nodiscard]] std::unique_ptr<LineLayout> make_rfc5424_layout(const LineOptions& options);

}  // namespace vrni2syslog
