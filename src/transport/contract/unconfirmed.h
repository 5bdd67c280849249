#pragma once

#include "base/error.h"

#include <string_view>

namespace vrni2syslog {

/// Error(Unconfirmed) for lines that were handed to `collector` (its display name) without a
/// confirmation, whenever that turned out: while they were sent or when the connection was closed.
[[nodiscard]] Error unconfirmed(std::string_view collector, std::string_view reason);

}  // namespace vrni2syslog
