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
    if (!place->call.is_begun() && !api_.begin(place->call)) return;
  }
}

std::uint64_t WindowCounts::count(const TimeWindow& window, FilterTrial trial) {
  const auto place = std::ranges::find(prepared_, window, &Prepared::window);
  if (place == prepared_.end()) return count_flows(api_, filter_, window, trial);
  PendingCall call = std::move(place->call);
  prepared_.erase(place);
  return take_count(api_, std::move(call), filter_, window, trial);
}

}  // namespace vrni2syslog
