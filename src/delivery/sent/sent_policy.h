#pragma once

#include "base/timestamp.h"
#include "delivery/sent/flow_identity.h"

#include <chrono>

namespace vrni2syslog {

/// When a flow was sent last, and its facts then.
struct SentFlow {
  FlowFacts facts{};
  UnixSeconds unit_start{};  ///< start of the unit for which it was sent

  bool operator==(const SentFlow&) const = default;
};

// Whether a flow is left out (--repeat-after). Time is that of the units, not of the clock. Only
// that a flow was sent is remembered, not that it was left out, so that a flow that is always there
// is sent once in `repeat_after`.

/// Whether a flow with these facts need not be sent for the unit that starts at `unit_start`: what
/// was sent last is the same, and was sent for this unit or for one that starts less than
/// `repeat_after` before. What was sent for a later unit does not stand for an older one, which is
/// being filled in now.
[[nodiscard]] bool was_sent_before(const SentFlow& last, const FlowFacts& facts,
                                   UnixSeconds unit_start,
                                   std::chrono::seconds repeat_after) noexcept;

/// Flows that were sent for a unit that starts at the returned time or before are left out neither
/// of the unit that starts at `unit_start` nor of a later one.
[[nodiscard]] UnixSeconds newest_expired(UnixSeconds unit_start,
                                         std::chrono::seconds repeat_after) noexcept;

}  // namespace vrni2syslog
