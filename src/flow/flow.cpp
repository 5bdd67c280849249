#include "flow/flow.h"

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

template <typename T>
[[nodiscard]] std::span<T> allocate_array(std::pmr::memory_resource& arena, std::size_t count) {
  std::pmr::polymorphic_allocator<T> allocator(&arena);
  T* const items = allocator.allocate(count);
  std::uninitialized_default_construct_n(items, count);
  return {items, count};
}

}  // namespace

std::string& FlowBatch::keep(std::string body) {
  return *bodies_.emplace_back(std::make_unique<std::string>(std::move(body)));
}

std::string_view FlowBatch::copy(std::string_view text) {
  const std::span<char> bytes = allocate_array<char>(arena_, text.size());
  std::ranges::copy(text, bytes.begin());
  return {bytes.data(), bytes.size()};
}

std::span<std::string_view> FlowBatch::new_texts(std::size_t count) {
  return allocate_array<std::string_view>(arena_, count);
}

std::span<UnknownField> FlowBatch::new_unknown_fields(std::size_t count) {
  return allocate_array<UnknownField>(arena_, count);
}

}  // namespace vrni2syslog
