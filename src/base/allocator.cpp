#include "base/allocator.h"

#include <cstdlib>  // any header of the C library tells which one it is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vrni2syslog {

void keep_freed_memory() noexcept {
#ifdef __GLIBC__
  // An answer of a thousand flows is some megabytes. What is larger is the exception.
  constexpr int kLargestKept = 8 * 1024 * 1024;
  constexpr int kKeptBytes = 16 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kLargestKept);
  ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
#endif
}

}  // namespace vrni2syslog
