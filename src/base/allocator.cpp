#include "base/allocator.h"

#include <cstdlib>  // any header of the C library tells which one it is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vrni2syslog {

void keep_freed_memory() noexcept {
#ifdef __GLIBC__
  // More than a batch of flows and the answers read ahead, less than the memory that a run may use.
  constexpr int kKeptBytes = 32 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kKeptBytes);
  ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
#endif
}

}  // namespace vrni2syslog
