#include "delivery/sent/sent_policy.h"

namespace vrni2syslog {

bool SentPolicy::was_sent_before(const SentFlow& last, const FlowFacts& facts,
                                 UnixSeconds unit_start) const noexcept {
  return last.facts == facts && last.unit_start <= unit_start &&
         last.unit_start > newest_expired(unit_start);
}

UnixSeconds SentPolicy::newest_expired(UnixSeconds unit_start) const noexcept {
  return unit_start - repeat_after_;
}

}  // namespace vrni2syslog
