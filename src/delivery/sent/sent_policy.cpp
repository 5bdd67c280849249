#include "delivery/sent/sent_policy.h"

#include <algorithm>

namespace vrni2syslog {

bool is_new(const std::optional<SentFlow>& last, UnixSeconds unit_start) noexcept {
  return !last || last->unit_start <= unit_start - kTimeUntilNewAgain;
}

bool was_sent_before(const SentFlow& last, const FlowFacts& facts, UnixSeconds unit_start,
                     std::chrono::seconds repeat_after) noexcept {
  return last.facts == facts && last.unit_start <= unit_start &&
         last.unit_start > unit_start - repeat_after;
}

UnixSeconds newest_forgotten(UnixSeconds unit_start,
                             const std::optional<std::chrono::seconds>& repeat_after) noexcept {
  const std::chrono::seconds time_until_new = kTimeUntilNewAgain;
  return unit_start - std::max(time_until_new, repeat_after.value_or(time_until_new));
}

}  // namespace vrni2syslog
