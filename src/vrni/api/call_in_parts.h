#pragma once

#include "vrni/api/api_call.h"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vrni2syslog {

/// How many a call of /entities/fetch or /entities/names may ask for.
inline constexpr std::size_t kMaxEntitiesPerCall = 1000;

/// So many single items may fail before all of them are taken to fail.
inline constexpr std::size_t kMaxFailingItems = 8;

/// Asks for many items in one call, and where that fails, for halves, down to single items, so that
/// one item that the platform cannot cope with does not cost the others. Those go to `failing`.
/// Fails if too many fail, or if parts of the call would fail like the whole. Parts of `smallest`
/// items or fewer are not divided: they fail as if they were one item.
template <typename Item>
[[nodiscard]] CallOutcome call_in_parts(
    std::span<const Item> items, std::vector<Item>& failing,
    const std::function<CallOutcome(std::span<const Item>)>& call, std::size_t smallest = 1) {
  if (items.empty()) return CallOutcome::success();
  CallOutcome whole = call(items);
  if (whole || !whole.problem().may_succeed_in_parts()) return whole;
  if (items.size() <= smallest) {
    failing.insert(failing.end(), items.begin(), items.end());
    return failing.size() > kMaxFailingItems * smallest ? whole : CallOutcome::success();
  }
  const std::size_t half = items.size() / 2;
  CallOutcome first = call_in_parts(items.first(half), failing, call, smallest);
  if (!first) return first;
  return call_in_parts(items.subspan(half), failing, call, smallest);
}

}  // namespace vrni2syslog
