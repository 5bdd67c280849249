#pragma once

#include "vrni/api/api_call.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace vrni2syslog {

/// How many a call of /entities/fetch or /entities/names may ask for.
inline constexpr std::size_t kMaxEntitiesPerCall = 1000;

/// So many single items may fail before all of them are taken to fail.
inline constexpr std::size_t kMaxFailingItems = 8;

/// Asks for many items in one call, and where that fails, for halves, down to single items, so that
/// one item that the platform cannot cope with does not cost the others. Those go to `failing`.
/// Returns the failure where too many fail, or where parts of the call would fail like the whole.
/// Parts of `smallest` items or fewer are not divided: they fail as if they were one item.
template <typename Item>
[[nodiscard]] std::optional<ApiFailure> call_in_parts(
    std::span<const Item> items, std::vector<Item>& failing,
    const std::function<std::optional<ApiFailure>(std::span<const Item>)>& call,
    std::size_t smallest = 1) {
  if (items.empty()) return std::nullopt;
  std::optional<ApiFailure> failure = call(items);
  if (!failure) return std::nullopt;
  if (!failure->may_succeed_in_parts()) return failure;
  if (items.size() <= smallest) {
    failing.insert(failing.end(), items.begin(), items.end());
    return failing.size() > kMaxFailingItems * smallest ? failure : std::nullopt;
  }
  const std::size_t half = items.size() / 2;
  if (auto failure_of_part = call_in_parts(items.first(half), failing, call, smallest))
    return failure_of_part;
  return call_in_parts(items.subspan(half), failing, call, smallest);
}

}  // namespace vrni2syslog
