#pragma once

#include <cstddef>
#include <cstdint>

namespace vrni2syslog {

enum class PrefetchFor { Reading, Writing };

/// Has the processor load memory that the program is about to use, and goes on at once. It helps
/// where the processor cannot guess what comes next. Any address is allowed.
template <PrefetchFor kPurpose>
inline void prefetch(const void* memory, std::size_t bytes) noexcept {
  constexpr std::size_t kCacheLine = 64;
  // No pointer may leave the object that it points into.
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  for (std::uintptr_t at = begin; at < begin + bytes; at += kCacheLine)
    // NOLINTNEXTLINE(performance-no-int-to-ptr): nothing is read through it
    __builtin_prefetch(reinterpret_cast<const void*>(at), kPurpose == PrefetchFor::Writing ? 1 : 0);
}

}  // namespace vrni2syslog
