#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format leef: IBM QRadar's Log Event Extended Format 2.0 ("QRadar LEEF guide"), behind a
/// header of RFC 3164, with "^" between the attributes. The format has no escapes: `^` and `|` in a
/// value become blanks. It has no place for MSG.
///
/// The attributes that LEEF predefines come first. Fields that it has none for, or whose value it
/// does not allow, follow under names of ours: `srcHost`, or `vrniDstPort` for the port that is no
/// number.
[[nodiscard]] std::unique_ptr<LineLayout> make_leef_layout(const LineOptions& options);

}  // namespace vrni2syslog
