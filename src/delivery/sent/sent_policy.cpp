#include "delivery/sent/sent_policy.h"

namespace vrni2syslog {

bool was_sent_before(const SentFlow& last, const FlowFacts& facts, UnixSeconds unit_start,
                     std::chrono::seconds repeat_after) noexcept {
  return last.facts == facts && last.unit_start <= unit_start &&
         last.unit_start > newest_expired(unit_start, repeat_after);
}

UnixSeconds newest_expired(UnixSeconds unit_start, std::chrono::seconds repeat_after) noexcept {
  return unit_start - repeat_after;
}

}  // namespace vrni2syslog
