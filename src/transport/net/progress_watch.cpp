#include "transport/net/progress_watch.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

/// Progress is checked this many times per limit.
constexpr int kLooksPerLimit = 10;
constexpr std::chrono::milliseconds kMaxPause{1000};

}  // namespace

void ProgressWatch::restart(SteadyTime now) noexcept {
  until_ = now + limit_;
  unacknowledged_.reset();
}

void ProgressWatch::observe(std::size_t unacknowledged, SteadyTime now) noexcept {
  if (unacknowledged_ && unacknowledged < *unacknowledged_) until_ = now + limit_;
  unacknowledged_ = unacknowledged;
}

SteadyTime ProgressWatch::next_look(SteadyTime now) const noexcept {
  return std::min(until_, now + std::min(limit_ / kLooksPerLimit, kMaxPause));
}

}  // namespace vrni2syslog
