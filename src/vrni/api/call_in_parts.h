#pragma once

#include "vrni/api/api_call.h"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vrni2syslog {

/// The most entities that one call of /entities/fetch or /entities/names may ask for.
inline constexpr std::size_t kMaxEntitiesPerCall = 1000;

/// If more single items than this fail, the whole call is given up.
inline constexpr std::size_t kMaxFailingItems = 8;

/// Asks for many items in one call. If that fails, asks for halves, down to single items, so that
/// an item that the platform cannot cope with does not cost the others. Such items go to `failing`.
/// Fails if too many fail, or if parts of the call would fail like the whole: an answer that says
/// nothing about the call says nothing about single items. Parts of `smallest`
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
