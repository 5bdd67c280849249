#pragma once

#include <cstring>
#include <string_view>

namespace vrni2syslog {

/// Whether two texts are the same. The operator of std::string_view asks for their order, which
/// takes several times as long for the short names that are compared millions of times.
[[nodiscard]] inline bool is_same_text(std::string_view text, std::string_view other) noexcept {
  if (text.size() != other.size()) return false;
  return text.empty() || std::memcmp(text.data(), other.data(), text.size()) == 0;
}

}  // namespace vrni2syslog
