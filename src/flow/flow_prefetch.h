#pragma once

#include "base/prefetch.h"
#include "flow/flow.h"

#include <cstddef>
#include <span>
#include <vector>

namespace vrni2syslog {

// A batch of flows, and the answer into which they point, are larger than the caches that are near
// to the processor, and it cannot guess where the next flow's values and texts are.

/// How much of a Flow nearly all flows use: what is before their values, and some dozens of these.
inline constexpr std::size_t kUsualFlowBytes = 832;
static_assert(kUsualFlowBytes <= sizeof(Flow));
/// What the platform's answer says of a flow. It begins with the id.
inline constexpr std::size_t kUsualTextBytes = 2560;

/// Loads the texts of the flow after the one at `i`, and the values of the next but one, which tell
/// where its texts are.
inline void prefetch_after(std::span<const Flow> flows, std::size_t i) noexcept {
  if (i + 1 >= flows.size()) return;
  prefetch<PrefetchFor::Reading>(flows[i + 1].id.data(), kUsualTextBytes);
  if (i + 2 < flows.size()) prefetch<PrefetchFor::Reading>(&flows[i + 2], kUsualFlowBytes);
}

/// Calls `visit(flow)` for each, whose values and texts it uses, and loads those of the next ones
/// meanwhile.
template <typename Visit>
void for_each_prefetched(std::span<const Flow> flows, const Visit& visit) {
  for (std::size_t i = 0; i < flows.size(); ++i) {
    prefetch_after(flows, i);
    visit(flows[i]);
  }
}

/// Loads the memory of the flow that is going to be added next, if there is any yet.
inline void prefetch_next(const std::vector<Flow>& flows) noexcept {
  if (flows.size() < flows.capacity())
    prefetch<PrefetchFor::Writing>(flows.data() + flows.size(), kUsualFlowBytes);
}

}  // namespace vrni2syslog
