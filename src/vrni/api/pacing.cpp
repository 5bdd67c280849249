#include "vrni/api/pacing.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};
/// Below this it would not be noticed.
constexpr std::chrono::milliseconds kShortestPause{10};

}  // namespace

void Pacing::on_throttled() {
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
}

void Pacing::on_success() {
  pause_ = pause_ * 19 / 20;
  if (pause_ < kShortestPause) pause_ = std::chrono::milliseconds(0);
}

}  // namespace vrni2syslog
