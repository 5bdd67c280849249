#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format rfc3164: the older header of syslog (RFC 3164 section 4.1), the fields as
/// `name="value"`, and MSG. The fields come before MSG, because receivers that look for such pairs
/// take the first one of a name.
[[nodiscard]] std::unique_ptr<LineLayout> make_rfc3164_layout(const LineOptions& options);

}  // namespace vrni2syslog
