#pragma once

#include "base/timestamp.h"
#include "delivery/sent/flow_identity.h"

#include <chrono>
#include <optional>

namespace vrni2syslog {

/// When a flow was sent last, and its facts then.
struct SentFlow {
  FlowFacts facts{};
  UnixSeconds unit_start{};  ///< start of the unit for which it was sent

  bool operator==(const SentFlow&) const = default;
};

/// A flow that was sent last for a unit that starts so long before, or longer, counts as one that
/// was never sent: what is remembered would grow for ever otherwise.
inline constexpr std::chrono::hours kTimeUntilNewAgain{365 * 24};

/// Whether a flow is new (new="1") in the unit that starts at `unit_start`: it was never sent. One
/// that was sent for a later unit is not, although this unit is being filled in now.
[[nodiscard]] bool is_new(const std::optional<SentFlow>& last, UnixSeconds unit_start) noexcept;

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

/// Flows that were sent for a unit that starts at the returned time or before need not be
/// remembered: they are new in the unit that starts at `unit_start` and in later ones, and not left
/// out of these.
[[nodiscard]] UnixSeconds newest_forgotten(
    UnixSeconds unit_start, const std::optional<std::chrono::seconds>& repeat_after) noexcept;

}  // namespace vrni2syslog
