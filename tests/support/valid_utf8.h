#pragma once

#include "base/text/utf8.h"

#include <string_view>

namespace vrni2syslog::testing {

/// Whether the whole text is valid UTF-8 (RFC 3629).
[[nodiscard]] inline bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace vrni2syslog::testing
