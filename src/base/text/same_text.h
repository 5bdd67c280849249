#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vrni2syslog {

/// Whether the first bytes of two texts, as many as an `Integer` has, are the same.
template <typename Integer>
[[nodiscard]] inline bool begins_same(const char* text, const char* other) noexcept {
  Integer first = 0;
  Integer second = 0;
  std::memcpy(&first, text, sizeof(first));
  std::memcpy(&second, other, sizeof(second));
  return first == second;
}

/// Whether two texts are the same. The operator of std::string_view asks for their order, and calls
/// a function for it, which takes several times as long for the short names that are compared
/// millions of times. If one of them is a constant, it should be `other`: little is left to do for
/// a length that the compiler knows.
[[nodiscard, gnu::always_inline]] inline bool is_same_text(std::string_view text,
                                                           std::string_view other) noexcept {
  const std::size_t size = other.size();
  if (text.size() != size) return false;
  const char* const a = text.data();
  const char* const b = other.data();
  // The last bytes are looked at twice where the length is no multiple.
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (!begins_same<std::uint64_t>(a + i, b + i)) return false;
    }
    return begins_same<std::uint64_t>(a + size - 8, b + size - 8);
  }
  if (size >= 4) {
    return begins_same<std::uint32_t>(a, b) &&
           begins_same<std::uint32_t>(a + size - 4, b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace vrni2syslog
