#include "fetch_misses.h"

namespace vrni2syslog::simulator {

bool FetchMisses::is_missed(std::uint32_t flow) {
  if (options_.miss_every == 0 || flow % options_.miss_every != 0) return false;
  if (options_.miss_times == 0) return true;
  const std::scoped_lock lock(mutex_);
  return missed_[flow]++ < options_.miss_times;
}

bool FetchMisses::is_rejected(std::uint32_t flow) const noexcept {
  return options_.reject_id_every != 0 && flow % options_.reject_id_every == 0;
}

}  // namespace vrni2syslog::simulator
