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
/// A flow in an answer, in which the id is the first text.
inline constexpr std::size_t kUsualTextBytes = 2560;

/// Loads the flows after the one at `i`, which is going to be read.
inline void prefetch_after(std::span<const Flow> flows, std::size_t i) noexcept {
  if (i + 1 >= flows.size()) return;
  prefetch<PrefetchFor::Reading>(flows[i + 1].id.data(), kUsualTextBytes);
  // Where its texts are must be known in the next turn.
  if (i + 2 < flows.size()) prefetch<PrefetchFor::Reading>(&flows[i + 2], kUsualFlowBytes);
}

/// Loads the memory of the flow that is going to be added next, if there is any yet.
inline void prefetch_next(const std::vector<Flow>& flows) noexcept {
  if (flows.size() < flows.capacity())
    prefetch<PrefetchFor::Writing>(flows.data() + flows.size(), kUsualFlowBytes);
}

}  // namespace vrni2syslog
