#include "allocation_count.h"

#include <atomic>
#include <cstddef>

namespace {

constinit std::atomic<std::uint64_t> count{0};

void count_one() noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

// The C library's own, by the names under which glibc keeps them for replacements.
extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT
void* __libc_calloc(std::size_t count, std::size_t size);        // NOLINT
void* __libc_realloc(void* old, std::size_t size);               // NOLINT
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT

void* malloc(std::size_t size) {
  count_one();
  return __libc_malloc(size);
}

void* calloc(std::size_t items, std::size_t size) {
  count_one();
  return __libc_calloc(items, size);
}

void* realloc(void* old, std::size_t size) {
  count_one();
  return __libc_realloc(old, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}
}

namespace vrni2syslog::bench {

std::uint64_t allocation_count() noexcept {
  return count.load(std::memory_order_relaxed);
}

}  // namespace vrni2syslog::bench
