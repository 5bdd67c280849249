#include "base/allocator.h"

#include <cstdlib>  // defines __GLIBC__, as every header of glibc does

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vrni2syslog {

void keep_freed_memory() noexcept {
#ifdef __GLIBC__
  // An answer of a thousand flows takes some megabytes. Larger allocations are the exception.
  constexpr int kLargestKept = 8 * 1024 * 1024;
  constexpr int kKeptBytes = 16 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kLargestKept);
  ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
#endif
}

}  // namespace vrni2syslog
