#pragma once

#include "format/record/line_layout.h"
#include "format/record/line_options.h"

#include <memory>

namespace vrni2syslog {

/// The format message: MSG alone.
[[nodiscard]] std::unique_ptr<LineLayout> make_message_layout(const LineOptions& options);

/// The format logger: "<PRI>" and MSG, which `logger --prio-prefix` reads from standard input.
[[nodiscard]] std::unique_ptr<LineLayout> make_logger_layout(const LineOptions& options);

}  // namespace vrni2syslog
