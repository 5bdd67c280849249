#pragma once

#include <span>
#include <string_view>

namespace vrni2syslog {

/// The one of `names` that differs least from `wanted` (optimal string alignment: letters added,
/// left out, replaced or swapped), or one that begins with it; empty where none is near enough to
/// have been meant.
[[nodiscard]] std::string_view nearest_name(std::string_view wanted,
                                            std::span<const std::string_view> names);

}  // namespace vrni2syslog
