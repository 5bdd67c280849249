#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

/// RFC 4648 section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing for text that to_base64() does not make.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace vrni2syslog::simulator
