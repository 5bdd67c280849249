#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format json: one JSON object with the names of the Elastic Common Schema (ECS) 9.4. What ECS
/// has no name for, or a value that its type does not allow, is in the object `vrni`, under our
/// names. Lists are arrays.
[[nodiscard]] std::unique_ptr<LineLayout> make_json_layout(const LineOptions& options);

/// The format json-syslog: the same object as MSG behind a header of RFC 5424, without structured
/// data.
[[nodiscard]] std::unique_ptr<LineLayout> make_json_syslog_layout(const LineOptions& options);

}  // namespace vrni2syslog
