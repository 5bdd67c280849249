#include "vrni/search/window_counts.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vrni2syslog {

void WindowCounts::prepare(std::span<const TimeWindow> windows) {
  std::erase_if(prepared_, [&](const Prepared& prepared) {
    return std::ranges::find(windows, prepared.window) == windows.end();
  });
  for (const TimeWindow& window : windows) {
    auto place = std::ranges::find(prepared_, window, &Prepared::window);
    if (place == prepared_.end()) {
      prepared_.push_back({window, count_call(filter_, window)});
      place = std::prev(prepared_.end());
    }
    // A call that a new login has broken off is begun once more.
    if (place->call.is_begun()) continue;
    if (!api_.begin(place->call)) return;
    place->begun_at = api_.steady_now();
  }
}

std::uint64_t WindowCounts::count(const TimeWindow& window, FilterTrial trial) {
  const auto place = std::ranges::find(prepared_, window, &Prepared::window);
  if (place == prepared_.end()) return count_flows(api_, filter_, window, trial);
  const bool is_fresh = api_.steady_now() - place->begun_at <= kFreshCount;
  PendingCall call = is_fresh ? std::move(place->call) : count_call(filter_, window);
  prepared_.erase(place);
  return take_count(api_, std::move(call), filter_, window, trial);
}

}  // namespace vrni2syslog
