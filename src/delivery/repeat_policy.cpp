#include "delivery/repeat_policy.h"

namespace vrni2syslog {

bool RepeatPolicy::is_repeat(const SentFlow& last, const FlowFacts& facts,
                             EpochSeconds unit_start) const noexcept {
  return last.facts == facts && last.unit_start <= unit_start &&
         last.unit_start > newest_expired(unit_start);
}

EpochSeconds RepeatPolicy::newest_expired(EpochSeconds unit_start) const noexcept {
  return unit_start - repeat_after_;
}

}  // namespace vrni2syslog
