#pragma once

#include <cstddef>

namespace vrni2syslog {

enum class PrefetchFor { Reading, Writing };

/// Has the processor load memory that the program is about to use, and goes on at once. It helps
/// where the processor cannot guess what comes next. Any address is allowed.
template <PrefetchFor kPurpose>
inline void prefetch(const void* memory, std::size_t bytes) noexcept {
  constexpr std::size_t kCacheLine = 64;
  const char* const begin = static_cast<const char*>(memory);
  for (std::size_t at = 0; at < bytes; at += kCacheLine)
    __builtin_prefetch(begin + at, kPurpose == PrefetchFor::Writing ? 1 : 0);
}

}  // namespace vrni2syslog
