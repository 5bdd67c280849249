#include "transport/cfapi/ingestion_patience.h"

#include "base/backoff.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// A collector that stays overloaded for longer gets the epoch again in a later attempt.
constexpr milliseconds kLongestOverload = std::chrono::minutes(15);
/// A collector that asks for more is asked sooner.
constexpr milliseconds kLongestRetryAfter = std::chrono::minutes(5);
/// Without an answer nobody knows whether the events are stored, so each repetition may store them
/// twice.
constexpr int kMaxFailures = 3;
/// So that the sum of the pauses bounds their number.
constexpr milliseconds kShortestPause{200};
constexpr BackoffPolicy kBackoff{.first = milliseconds(1000), .cap = milliseconds(30'000)};

}  // namespace

std::optional<milliseconds> IngestionPatience::pause_after_overload(milliseconds retry_after,
                                                                    double random) {
  return next_pause(++overloads_, retry_after, random);
}

std::optional<milliseconds> IngestionPatience::pause_after_failure(double random) {
  if (failures_ >= kMaxFailures) return std::nullopt;
  return next_pause(++failures_, milliseconds(0), random);
}

std::optional<milliseconds> IngestionPatience::next_pause(int attempts, milliseconds retry_after,
                                                          double random) {
  const milliseconds floor = std::clamp(retry_after, kShortestPause, kLongestRetryAfter);
  const milliseconds pause = backoff_delay(kBackoff, attempts, floor, random);
  if (paused_ + pause > kLongestOverload) return std::nullopt;
  paused_ += pause;
  return pause;
}

}  // namespace vrni2syslog
