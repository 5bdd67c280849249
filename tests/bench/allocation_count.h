#pragma once

#include <cstdint>

namespace vrni2syslog::bench {

/// How often memory was asked for in this process so far, by whatever thread and library: calls of
/// malloc, calloc, realloc and aligned_alloc, to which operator new comes down. Linking
/// allocation_count.cpp puts counting functions in the place of the C library's, so not together
/// with a sanitizer.
[[nodiscard]] std::uint64_t allocation_count() noexcept;

}  // namespace vrni2syslog::bench
